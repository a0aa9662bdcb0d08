using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class ModuleTests
{
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        public readonly Linear project;
        public readonly ModuleList<Linear> layers;
        private readonly Parameter scale;
        private readonly Tensor offset;
        private readonly nn.Module<Tensor, Tensor> act = nn.SiLU();

        public Block() : base(nameof(Block))
        {
            project = nn.Linear(3, 4);
            layers = nn.ModuleList(nn.Linear(4, 4), nn.Linear(4, 4, hasBias: false));
            scale = nn.Parameter(ones(4));
            offset = zeros(4);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = project.call(input);
            foreach (var layer in layers) x = act.call(layer.call(x));
            return (x * scale + offset).MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void FieldsAreRegisteredUnderTheirNames()
    {
        using var block = new Block();
        Assert.Equal(["layers.0.bias", "layers.0.weight", "layers.1.weight", "project.bias", "project.weight", "scale"],
            block.named_parameters().Select(p => p.name).Order(StringComparer.Ordinal));
        Assert.Equal(["offset"], block.named_buffers().Select(b => b.name));
        Assert.Equal(["act", "layers", "layers.0", "layers.1", "project"],
            block.named_modules().Select(m => m.name).Order(StringComparer.Ordinal));
        Assert.Equal(["act", "layers", "project"], block.named_children().Select(m => m.name).Order(StringComparer.Ordinal));
        Assert.Equal(7, block.state_dict().Count);
        Assert.Same(block.project.weight, block.get_parameter("project.weight"));
        Assert.True(block.has_buffer("offset"));
        Assert.False(block.has_parameter("project.missing"));
    }

    [Fact]
    public void StateDictionariesCarryOneModelToAnother()
    {
        using var scope = NewDisposeScope();
        using var a = new Block();
        using var b = new Block();
        var x = rand(2, 3);
        Assert.False(a.call(x).allclose(b.call(x)));
        var (missing, unexpected) = b.load_state_dict(a.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.True(a.call(x).allclose(b.call(x)));

        var partial = a.state_dict();
        partial.Remove("scale");
        partial["extra"] = zeros(1);
        Assert.Throws<InvalidOperationException>(() => b.load_state_dict(partial));
        (missing, unexpected) = b.load_state_dict(partial, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["extra"], unexpected);
    }

    [Fact]
    public void FilesCarryOneModelToAnother()
    {
        using var scope = NewDisposeScope();
        using var a = new Block();
        using var b = new Block();
        using var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        a.save(writer);
        writer.Flush();
        stream.Position = 0;
        b.load(new BinaryReader(stream));
        var x = rand(2, 3);
        Assert.True(a.call(x).allclose(b.call(x)));
    }

    [Fact]
    public void ConversionMovesParametersBuffersAndFields()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        block.project.weight.grad = ones_like(block.project.weight);
        block.to(float64);
        Assert.All(block.parameters(), p => Assert.Equal(float64, p.dtype));
        Assert.All(block.buffers(), b => Assert.Equal(float64, b.dtype));
        Assert.Equal(float64, block.project.weight.grad!.dtype);
        Assert.True(block.project.weight.requires_grad && block.project.weight.is_leaf);
        Assert.Equal(float64, block.call(rand([2, 3], float64)).dtype); // the scale field moved along
        Assert.Equal(bfloat16, block.bfloat16().call(rand([2, 3], bfloat16)).dtype);
        Assert.Throws<ArgumentException>(() => block.to(int64));
    }

    [Fact]
    public void TrainingReachesEveryChild()
    {
        using var scope = NewDisposeScope();
        using var drop = nn.Sequential(nn.Dropout(0.5), nn.Identity());
        Assert.True(drop.training);
        drop.eval();
        Assert.All(drop.modules(), m => Assert.False(m.training));
        // What stays is doubled, so the sum is even in training whatever is dropped.
        var x = ones(101);
        Assert.Equal(101f, drop.call(x).sum().item<float>());
        drop.train();
        Assert.NotEqual(101f, drop.call(x).sum().item<float>());
    }

    [Fact]
    public void HooksSeeAndChangeWhatPasses()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Identity();
        var hook = layer.register_forward_hook((_, input, output) => output * 2 + input);
        Assert.Equal(9f, layer.call(tensor(3f)).item<float>());
        hook.remove();
        layer.register_forward_pre_hook((_, input) => input + 1);
        Assert.Equal(4f, layer.call(tensor(3f)).item<float>());
    }

    [Fact]
    public void LayersComputeWhatTheirNamesSay()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(2, 2);
        linear.weight = nn.Parameter(tensor(new float[,] { { 1, 2 }, { 3, 4 } }));
        linear.bias = nn.Parameter(tensor(new[] { 10f, 20 }));
        Assert.Equal([13f, 27], linear.call(tensor(new[] { 1f, 1 })).data<float>().ToArray());

        using var embedding = nn.Embedding(5, 3);
        var ids = tensor(new long[] { 4, 0 });
        Assert.True(embedding.call(ids).Equals(embedding.weight!.index_select(0, ids)));

        using var conv = nn.Conv2d(2, 3, 3, stride: 2, padding: 1);
        Assert.Equal([1L, 3, 4, 4], conv.call(rand(1, 2, 8, 8)).shape);
        Assert.Equal([3L, 2, 3, 3], conv.weight.shape);
        using var same = nn.Conv2d(2, 3, 3, Padding.Same);
        Assert.Equal([1L, 3, 8, 8], same.call(rand(1, 2, 8, 8)).shape);
        using var wrapped = nn.Conv2d(1, 1, (3, 3), padding: (1, 1), padding_mode: PaddingModes.Circular, bias: false);
        Assert.Equal([1L, 1, 8, 8], wrapped.call(rand(1, 1, 8, 8)).shape);
        using var up = nn.ConvTranspose2d(2, 3, 4, stride: 2, padding: 1);
        Assert.Equal([1L, 3, 16, 16], up.call(rand(1, 2, 8, 8)).shape);

        using var group = nn.GroupNorm(2, 4);
        var normal = group.call(rand(3, 4, 5, 5) * 7 + 2).reshape(3, 2, -1);
        Assert.True(normal.mean([2]).abs().max().item<float>() < 1e-5f);
        Assert.True((normal.var(2, unbiased: false) - 1).abs().max().item<float>() < 1e-3f);
        using var layer = nn.LayerNorm(6);
        Assert.True(layer.call(rand(3, 6)).mean([1]).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void FreshLayersAreWithinPyTorchsBounds()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(400, 300);
        double bound = 1 / Math.Sqrt(400);
        Assert.InRange(linear.weight.abs().max().item<float>(), 0.98 * bound, bound);
        Assert.InRange(linear.bias!.abs().max().item<float>(), 0.9 * bound, bound);
        Assert.Equal(bound / Math.Sqrt(3), linear.weight.std().item<float>(), 3);
        var w = empty(200, 100);
        nn.init.xavier_normal_(w);
        Assert.Equal(Math.Sqrt(2.0 / 300), w.std().item<float>(), 2);
        nn.init.kaiming_normal_(w, nonlinearity: nn.init.NonlinearityType.ReLU);
        Assert.Equal(Math.Sqrt(2.0 / 100), w.std().item<float>(), 2);
        Assert.Equal(7f, nn.init.constant_(w, 7).mean().item<float>());
    }

    [Fact]
    public void GradientsOfAModuleAreCleared()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(2, 2);
        linear.call(ones(1, 2)).sum().backward();
        linear.zero_grad(set_to_none: false);
        Assert.Equal(0f, linear.weight.grad!.abs().sum().item<float>());
        linear.zero_grad();
        Assert.Null(linear.weight.grad);
    }

    [Fact]
    public void AParameterTakesItsTensorOver()
    {
        using var scope = NewDisposeScope();
        var data = ones(2);
        var p = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(p.requires_grad && p.is_leaf);
        Assert.False(new Parameter(ones(2), requires_grad: false).requires_grad);
        Assert.Throws<InvalidOperationException>(() => data.shape);
    }

    [Fact]
    public void RegistrationRefusesBadNames()
    {
        using var scope = NewDisposeScope();
        using var list = new ModuleList<nn.Module>();
        list.register_module("a", nn.Identity());
        Assert.Throws<InvalidOperationException>(() => list.register_module("a", nn.Identity()));
        Assert.Throws<ArgumentException>(() => list.register_module("a.b", nn.Identity()));
        list.register_buffer("buffer", ones(1));
        Assert.Throws<InvalidOperationException>(() => list.register_buffer("buffer", ones(1)));
        Assert.Throws<ArgumentNullException>(() => list.register_parameter("p", null!));
    }
}
