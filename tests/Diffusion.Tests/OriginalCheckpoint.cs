using System.Globalization;
using System.Text.RegularExpressions;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

/// <summary>
/// Writes a tiny diffusers folder as a single file with the original names. The correspondence is written the other way
/// round than the reader's, by arithmetic on block numbers (two residual blocks a resolution, four resolutions).
/// </summary>
internal static class OriginalCheckpoint
{
    private const int Layers = 2, Levels = 4;

    public static void Write(string model, string path, bool openClip, bool extras = false, ScalarType type = ScalarType.Float16)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in Load(model, "unet", "diffusion_pytorch_model")) tensors.Add("model.diffusion_model." + Unet(name), tensor);
        foreach (var (name, tensor) in Load(model, "vae", "diffusion_pytorch_model"))
        {
            var original = Autoencoder(name);
            // The original keeps these projections as 1x1 convolutions.
            var convolution = Regex.IsMatch(original, @"attn_1\.(q|k|v|proj_out)\.weight$");
            tensors.Add("first_stage_model." + original, convolution ? tensor.view(tensor.shape[0], -1, 1, 1) : tensor);
        }
        var text = Load(model, "text_encoder", "model").ToDictionary(t => t.Name.Replace("text_model.", "", StringComparison.Ordinal), t => t.Tensor);
        if (openClip) AddOpenClip(text, tensors);
        else
            foreach (var (name, tensor) in text) tensors.Add("cond_stage_model.transformer.text_model." + name, tensor);
        if (extras)
        {
            tensors.Add("model_ema.decay", ones(1));
            tensors.Add("model_ema.diffusion_modelinput_blocks00weight", ones(2, 2));
            tensors.Add("betas", ones(1000));
            tensors.Add("first_stage_model.loss.logvar", ones(1));
        }
        SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Key, t => t.Value.to(type)));
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Load(string model, string part, string file)
    {
        using var stored = new SafetensorsFile(TestPaths.Fixture(model, part, file + ".safetensors"));
        return [.. stored.Tensors.Keys.Select(name => (name, stored.Load(name)))];
    }

    /// <summary>The original name of a UNet's parameter, without prefix.</summary>
    public static string Unet(string name)
    {
        string Block(string path)
        {
            var m = Regex.Match(path, @"^(down|up)_blocks\.(\d)\.(resnets|attentions|downsamplers|upsamplers)\.(\d)\.(?:conv\.)?(.*)$");
            if (!m.Success) return path;
            var (level, index) = (int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), int.Parse(m.Groups[4].Value, CultureInfo.InvariantCulture));
            var rest = m.Groups[5].Value;
            return (m.Groups[1].Value, m.Groups[3].Value) switch
            {
                ("down", "resnets") => $"input_blocks.{1 + level * (Layers + 1) + index}.0.{rest}",
                ("down", "attentions") => $"input_blocks.{1 + level * (Layers + 1) + index}.1.{rest}",
                ("down", _) => $"input_blocks.{(level + 1) * (Layers + 1)}.0.op.{rest}",
                (_, "resnets") => $"output_blocks.{level * (Layers + 1) + index}.0.{rest}",
                (_, "attentions") => $"output_blocks.{level * (Layers + 1) + index}.1.{rest}",
                _ => $"output_blocks.{level * (Layers + 1) + Layers}.{(level == 0 ? 1 : 2)}.conv.{rest}",
            };
        }
        var isResnet = name.Contains("resnets", StringComparison.Ordinal);
        name = Replace(name, ("conv_in.", "input_blocks.0.0."), ("time_embedding.linear_1.", "time_embed.0."), ("time_embedding.linear_2.", "time_embed.2."),
            ("conv_norm_out.", "out.0."), ("conv_out.", "out.2."), ("mid_block.resnets.0.", "middle_block.0."),
            ("mid_block.attentions.0.", "middle_block.1."), ("mid_block.resnets.1.", "middle_block.2."));
        name = Block(name);
        return !isResnet ? name : Replace(name, (".norm1.", ".in_layers.0."), (".conv1.", ".in_layers.2."), (".time_emb_proj.", ".emb_layers.1."),
            (".norm2.", ".out_layers.0."), (".conv2.", ".out_layers.3."), (".conv_shortcut.", ".skip_connection."));
    }

    private static string Autoencoder(string name)
    {
        name = Regex.Replace(name, @"encoder\.down_blocks\.(\d)\.resnets\.(\d)\.", "encoder.down.$1.block.$2.");
        name = Regex.Replace(name, @"encoder\.down_blocks\.(\d)\.downsamplers\.0\.", "encoder.down.$1.downsample.");
        name = Regex.Replace(name, @"decoder\.up_blocks\.(\d)\.", m => $"decoder.up.{Levels - 1 - (m.Groups[1].Value[0] - '0')}.");
        name = Replace(name, (".upsamplers.0.", ".upsample."), (".mid_block.resnets.0.", ".mid.block_1."), (".mid_block.resnets.1.", ".mid.block_2."),
            (".mid_block.attentions.0.", ".mid.attn_1."), (".conv_shortcut.", ".nin_shortcut."), ("coder.conv_norm_out.", "coder.norm_out."),
            (".group_norm.", ".norm."));
        name = Regex.Replace(name, @"decoder\.up\.(\d)\.resnets\.", "decoder.up.$1.block.");
        return Replace(name, ("attn_1.to_q.", "attn_1.q."), ("attn_1.to_k.", "attn_1.k."), ("attn_1.to_v.", "attn_1.v."), ("attn_1.to_out.0.", "attn_1.proj_out."),
            ("attn_1.query.", "attn_1.q."), ("attn_1.key.", "attn_1.k."), ("attn_1.value.", "attn_1.v."), ("attn_1.proj_attn.", "attn_1.proj_out."));
    }

    private static void AddOpenClip(Dictionary<string, Tensor> text, Dictionary<string, Tensor> tensors)
    {
        const string Prefix = "cond_stage_model.model.";
        foreach (var (name, tensor) in text)
        {
            if (name.Contains("self_attn.q_proj", StringComparison.Ordinal))
            {
                Tensor Third(string x) => text[name.Replace("q_proj", x + "_proj", StringComparison.Ordinal)];
                var m = Regex.Match(name, @"layers\.(\d+)\.self_attn\.q_proj\.(weight|bias)");
                tensors.Add($"{Prefix}transformer.resblocks.{m.Groups[1].Value}.attn.in_proj_{m.Groups[2].Value}", cat([Third("q"), Third("k"), Third("v")]));
            }
            else if (!Regex.IsMatch(name, @"self_attn\.(k|v)_proj|position_ids"))
                tensors.Add(Prefix + Replace(name, ("embeddings.token_embedding.weight", "token_embedding.weight"),
                    ("embeddings.position_embedding.weight", "positional_embedding"), ("final_layer_norm.", "ln_final."),
                    ("encoder.layers.", "transformer.resblocks."), ("self_attn.out_proj.", "attn.out_proj."), ("layer_norm1.", "ln_1."),
                    ("layer_norm2.", "ln_2."), ("mlp.fc1.", "mlp.c_fc."), ("mlp.fc2.", "mlp.c_proj.")), tensor);
        }
        var width = text["final_layer_norm.weight"].shape[0];
        tensors.Add(Prefix + "text_projection", zeros(width, width));
        tensors.Add(Prefix + "logit_scale", ones(1).squeeze());
    }

    private static string Replace(string name, params (string From, string To)[] pairs) =>
        pairs.Aggregate(name, (n, pair) => n.Replace(pair.From, pair.To, StringComparison.Ordinal));
}
