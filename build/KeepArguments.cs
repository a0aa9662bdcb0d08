using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a managed library and marks its methods NoInlining and NoOptimization, so that what a method was given stays reachable until it returns.
/// TorchSharp's methods hand a raw pointer to libtorch and do not mention its owner again: where they are optimised, a collection that another
/// thread begins meanwhile frees a number that the call still reads (docs/dependencies.md). Only bits of the rows of the method table change.
/// Source: ECMA-335, II.24.2.6 (the tables' stream), II.22.26 (its rows of methods), II.23.1.11 (their flags), II.25 (where it lies in the file).
/// </summary>
public sealed class KeepArguments : Task
{
    private const int Module = 0, TypeRef = 1, TypeDef = 2, Field = 4, MethodDef = 6, Param = 8, ModuleRef = 0x1a, TypeSpec = 0x1b, AssemblyRef = 0x23;
    private const int NoInlining = 0x8, NoOptimization = 0x40;

    private byte[] _file;
    private int[] _rows;
    private int _strings, _guids, _blobs;

    /// <summary>The library as its package has it.</summary>
    [Required] public string Source { get; set; }

    /// <summary>Where the copy goes; replaced as a whole.</summary>
    [Required] public string Destination { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        _file = File.ReadAllBytes(Source);
        int tables = Tables();
        if (tables < 0)
        {
            Log.LogError("{0} is no managed library with compressed metadata tables.", Source);
            return false;
        }
        Mark(tables);
        // By content, not by age: the files of an older version of the package are older.
        if (File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(_file)) return true;
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, _file);
        if (File.Exists(Destination)) File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    // Where the stream #~ begins; -1 where there is none.
    private int Tables()
    {
        int pe = Int(0x3c), sections = Short(pe + 6), optional = pe + 24, section = optional + Short(pe + 20);
        int Offset(int rva)
        {
            for (int i = 0, s = section; i < sections; i++, s += 40)
                if (rva >= Int(s + 12) && rva < Int(s + 12) + Int(s + 16)) return rva - Int(s + 12) + Int(s + 20);
            return -1;
        }
        // Directory 14 is the runtime's header; PE32+ has 16 bytes more before the directories.
        int header = Offset(Int(optional + (Short(optional) == 0x20b ? 112 : 96) + 14 * 8));
        int root = header < 0 ? -1 : Offset(Int(header + 8));
        if (root < 0 || Int(root) != 0x424a5342) return -1;
        int at = root + 16 + Int(root + 12);
        int streams = Short(at + 2);
        at += 4;
        for (int i = 0; i < streams; i++)
        {
            int end = Array.IndexOf(_file, (byte)0, at + 8);
            if (Encoding.ASCII.GetString(_file, at + 8, end - at - 8) == "#~") return root + Int(at);
            at += 8 + (end - at - 8 + 4) / 4 * 4;
        }
        return -1;
    }

    private void Mark(int tables)
    {
        int heaps = _file[tables + 6];
        (_strings, _guids, _blobs) = (2 + (heaps & 1) * 2, 2 + (heaps >> 1 & 1) * 2, 2 + (heaps >> 2 & 1) * 2);
        ulong valid = BitConverter.ToUInt64(_file, tables + 8);
        _rows = new int[64];
        int at = tables + 24;
        for (int t = 0; t < 64; t++)
            if ((valid >> t & 1) != 0) (_rows[t], at) = (Int(at), at + 4);
        at += _rows[Module] * (2 + _strings + 3 * _guids)
            + _rows[TypeRef] * (Coded(2, Module, ModuleRef, AssemblyRef, TypeRef) + 2 * _strings)
            + _rows[TypeDef] * (4 + 2 * _strings + Coded(2, TypeDef, TypeRef, TypeSpec) + Index(Field) + Index(MethodDef))
            + _rows[Field] * (2 + _strings + _blobs);
        int size = 8 + _strings + _blobs + Index(Param);
        for (int i = 0; i < _rows[MethodDef]; i++, at += size)
            if (Int(at) != 0) _file[at + 4] |= NoInlining | NoOptimization; // without a place in the file: abstract, or another library's
    }

    private int Index(int table) => _rows[table] < 1 << 16 ? 2 : 4;

    private int Coded(int bits, params int[] of)
    {
        foreach (int table in of)
            if (_rows[table] >= 1 << (16 - bits)) return 4;
        return 2;
    }

    private int Int(int at) => BitConverter.ToInt32(_file, at);

    private int Short(int at) => BitConverter.ToUInt16(_file, at);
}
