using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one of the symbol versions that it needs as weak, so that the loader accepts a
/// system library that does not have it. Allowed only where no symbol of the library is bound to that version but ones that the
/// linker left without a use; TorchSharp's case: GLIBCXX_3.4.32 stands for std::ios_base_library_init() alone, which no relocation
/// refers to. Source: ELF gABI, "Symbol Versioning" (Elf64_Verneed, Elf64_Vernaux, VER_FLG_WEAK); docs/dependencies.md.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const int VersionNeeded = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2;                // VER_FLG_WEAK

    /// <summary>The library as its package has it.</summary>
    [Required] public string Source { get; set; }

    /// <summary>Where the copy goes; replaced as a whole.</summary>
    [Required] public string Destination { get; set; }

    /// <summary>The version's name, e.g. GLIBCXX_3.4.32. A library that does not need it is copied as it is.</summary>
    [Required] public string SymbolVersion { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (File.Exists(Destination) && File.GetLastWriteTimeUtc(Destination) >= File.GetLastWriteTimeUtc(Source)) return true;
        byte[] elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is no 64-bit little-endian ELF library.", Source);
            return false;
        }
        long sections = BitConverter.ToInt64(elf, 0x28);
        int size = BitConverter.ToUInt16(elf, 0x3a), count = BitConverter.ToUInt16(elf, 0x3c);
        for (int i = 0; i < count; i++)
        {
            int section = (int)sections + i * size;
            if (BitConverter.ToUInt32(elf, section + 4) != VersionNeeded) continue;
            int names = (int)sections + (int)BitConverter.ToUInt32(elf, section + 40) * size; // sh_link: the string table
            Mark(elf, (int)BitConverter.ToInt64(elf, section + 24), (int)BitConverter.ToUInt32(elf, section + 44),
                (int)BitConverter.ToInt64(elf, names + 24));
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, elf);
        if (File.Exists(Destination)) File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    // Elf64_Verneed: version, count (16 bits each), file, aux, next (32); Elf64_Vernaux: hash (32), flags, other (16), name, next (32).
    private void Mark(byte[] elf, int need, int libraries, int strings)
    {
        for (int l = 0; l < libraries; l++)
        {
            int aux = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (int a = BitConverter.ToUInt16(elf, need + 2); a > 0; a--)
            {
                if (Text(elf, strings + (int)BitConverter.ToUInt32(elf, aux + 8)) == SymbolVersion) elf[aux + 4] |= (byte)Weak;
                aux += (int)BitConverter.ToUInt32(elf, aux + 12);
            }
            need += (int)BitConverter.ToUInt32(elf, need + 12);
        }
    }

    private static string Text(byte[] elf, int start)
    {
        int end = Array.IndexOf(elf, (byte)0, start);
        return Encoding.ASCII.GetString(elf, start, end - start);
    }
}
