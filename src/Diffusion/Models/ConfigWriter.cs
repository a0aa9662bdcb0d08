using System.Text.Json.Nodes;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Clip;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Unet;

namespace SvgDistill.Diffusion.Models;

/// <summary>Architectures in the JSON that diffusers and transformers write, which the readers here take back unchanged.</summary>
internal static class ConfigWriter
{
    public static JsonObject Unet(UnetConfig c) => new()
    {
        ["_class_name"] = "UNet2DConditionModel",
        ["act_fn"] = "silu",
        ["attention_head_dim"] = List(c.Heads), // Their number, as published models have it.
        ["block_out_channels"] = List(c.Channels),
        ["cross_attention_dim"] = c.ContextChannels,
        ["down_block_types"] = List(c.DownAttention.Select(a => a ? "CrossAttnDownBlock2D" : "DownBlock2D")),
        ["flip_sin_to_cos"] = c.FlipSinToCos,
        ["freq_shift"] = c.FreqShift,
        ["in_channels"] = c.InChannels,
        ["layers_per_block"] = c.LayersPerBlock.Distinct().Count() == 1 ? c.LayersPerBlock[0] : List(c.LayersPerBlock),
        ["mid_block_type"] = "UNetMidBlock2DCrossAttn",
        ["norm_eps"] = c.NormEps,
        ["norm_num_groups"] = c.NormGroups,
        ["out_channels"] = c.OutChannels,
        ["sample_size"] = c.SampleSize,
        ["transformer_layers_per_block"] = List(c.TransformerLayers),
        ["up_block_types"] = List(c.UpAttention.Reverse().Select(a => a ? "CrossAttnUpBlock2D" : "UpBlock2D")),
        ["upcast_attention"] = c.UpcastAttention,
        ["use_linear_projection"] = c.LinearProjection,
    };

    public static JsonObject Autoencoder(AutoencoderConfig c) => new()
    {
        ["_class_name"] = "AutoencoderKL",
        ["act_fn"] = "silu",
        ["block_out_channels"] = List(c.Channels),
        ["down_block_types"] = List(c.Channels.Select(_ => "DownEncoderBlock2D")),
        ["force_upcast"] = c.ForceUpcast,
        ["in_channels"] = c.ImageChannels,
        ["latent_channels"] = c.LatentChannels,
        ["layers_per_block"] = c.LayersPerBlock,
        ["mid_block_add_attention"] = c.MiddleAttention,
        ["norm_num_groups"] = c.NormGroups,
        ["out_channels"] = c.ImageChannels,
        ["sample_size"] = c.SampleSize,
        ["scaling_factor"] = c.ScalingFactor,
        ["up_block_types"] = List(c.Channels.Select(_ => "UpDecoderBlock2D")),
        ["use_post_quant_conv"] = c.PostQuantConv,
        ["use_quant_conv"] = c.QuantConv,
    };

    public static JsonObject Text(ClipTextConfig c) => new()
    {
        ["architectures"] = List(["CLIPTextModel"]),
        ["eos_token_id"] = c.EndToken,
        ["hidden_act"] = c.Tower.QuickGelu ? "quick_gelu" : "gelu",
        ["hidden_size"] = c.Tower.Channels,
        ["intermediate_size"] = c.Tower.InnerChannels,
        ["layer_norm_eps"] = c.Tower.NormEps,
        ["max_position_embeddings"] = c.MaxTokens,
        ["model_type"] = "clip_text_model",
        ["num_attention_heads"] = c.Tower.Heads,
        ["num_hidden_layers"] = c.Tower.Layers,
        ["vocab_size"] = c.VocabularySize,
    };

    public static JsonObject Clip(ClipConfig c)
    {
        var (text, tower) = (Text(c.Text), c.Vision.Tower);
        text.Remove("architectures");
        return new()
        {
            ["architectures"] = List(["CLIPModel"]),
            ["model_type"] = "clip",
            ["projection_dim"] = c.EmbeddingSize,
            ["text_config"] = text,
            ["vision_config"] = new JsonObject
            {
                ["hidden_act"] = tower.QuickGelu ? "quick_gelu" : "gelu",
                ["hidden_size"] = tower.Channels,
                ["image_size"] = c.Vision.ImageSize,
                ["intermediate_size"] = tower.InnerChannels,
                ["layer_norm_eps"] = tower.NormEps,
                ["model_type"] = "clip_vision_model",
                ["num_attention_heads"] = tower.Heads,
                ["num_channels"] = 3,
                ["num_hidden_layers"] = tower.Layers,
                ["patch_size"] = c.Vision.PatchSize,
            },
        };
    }

    public static JsonObject Schedule(ScheduleConfig c)
    {
        var json = new JsonObject
        {
            ["_class_name"] = "DDIMScheduler",
            ["beta_end"] = c.BetaEnd,
            ["beta_schedule"] = c.BetaSchedule,
            ["beta_start"] = c.BetaStart,
            ["clip_sample"] = false,
            ["num_train_timesteps"] = c.TrainSteps,
            ["prediction_type"] = c.Prediction == PredictionType.Epsilon ? "epsilon" : "v_prediction",
            ["set_alpha_to_one"] = c.SetAlphaToOne,
            ["steps_offset"] = c.StepsOffset,
            ["timestep_spacing"] = c.Spacing.ToString().ToLowerInvariant(),
        };
        if (c.TrainedBetas is not null) json["trained_betas"] = List(c.TrainedBetas);
        return json;
    }

    public static JsonObject Pipeline()
    {
        var json = new JsonObject { ["_class_name"] = "StableDiffusionPipeline" };
        foreach (var (part, library, type) in new[] { ("scheduler", "diffusers", "DDIMScheduler"), ("text_encoder", "transformers", "CLIPTextModel"),
            ("tokenizer", "transformers", "CLIPTokenizer"), ("unet", "diffusers", "UNet2DConditionModel"), ("vae", "diffusers", "AutoencoderKL") })
            json[part] = List([library, type]);
        foreach (var part in new[] { "feature_extractor", "safety_checker" }) json[part] = new JsonArray(null, null);
        return json;
    }

    private static JsonArray List<T>(IEnumerable<T> values) => [.. values.Select(v => JsonValue.Create(v))];
}
