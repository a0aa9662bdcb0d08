using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>
        /// An operator written in C#: forward runs outside the graph, and the graph calls backward. Derive from
        /// <see cref="SingleTensorFunction{T}"/> or <see cref="MultiTensorFunction{T}"/> and call their apply.
        /// </summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            private static readonly T Instance = new();

            public abstract string Name { get; }

            internal abstract List<Tensor> Forward(AutogradContext ctx, object[] vars);
            internal abstract List<Tensor> Backward(AutogradContext ctx, List<Tensor> grad_outputs);

            public static unsafe List<Tensor> apply_internal(params object[] vars)
            {
                var isTensor = Array.ConvertAll(vars, v => v is Tensor { IsInvalid: false });
                var inputs = vars.OfType<Tensor>().Where(t => !t.IsInvalid).ToList();
                var node = new FunctionNode(Instance.Name, isTensor, inputs, Instance.Backward);
                List<Tensor> outputs;
                try
                {
                    using (no_grad()) outputs = Instance.Forward(node.Context, vars);
                }
                catch
                {
                    node.Abandon();
                    throw;
                }
                var wrapped = node.Finish(inputs, outputs);
                GC.KeepAlive(vars);
                return wrapped;
            }
        }

        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            /// <summary>Tensors among the arguments take part in the graph.</summary>
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>A gradient for every argument of forward; null for those without one.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
                backward(ctx, grad_outputs[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            /// <summary>Tensors among the arguments take part in the graph.</summary>
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <summary>A gradient for every argument of forward; null for those without one.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
                backward(ctx, grad_outputs);
        }

        /// <summary>What forward leaves for backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];

            internal AutogradContext() { }

            internal nint Node { get; set; }
            internal List<Tensor> ToSave { get; set; } = [];
            internal List<Tensor> Dirty { get; private set; } = [];
            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>Whether a missing gradient of an output reaches backward as zeros.</summary>
            public bool MaterializeGrads { get; private set; } = true;

            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            public void save_data(string key, object value) => data[key] = value;

            public object get_data(string key) => data.GetValueOrDefault(key)!;

            public void mark_dirty(List<Tensor> tensors) => Dirty = tensors;

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = tensors;

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>The tensors of save_for_backward; throws if one was changed in place since.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                NativeMethods.Check(NativeMethods.st_node_saved(Node, null, out long count));
                var handles = new nint[count];
                fixed (nint* p = handles) NativeMethods.Check(NativeMethods.st_node_saved(Node, p, out count));
                return [.. handles.Select(h => new Tensor(h))];
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) { }
        }

        /// <summary>A node of the native graph. The graph keeps it alive, through a handle that it frees with itself.</summary>
        private sealed unsafe class FunctionNode
        {
            private readonly bool[] isTensor;
            private readonly Func<AutogradContext, List<Tensor>, List<Tensor>> backward;
            private readonly string name;
            private readonly int requiresGrad;
            private readonly nint native;

            internal AutogradContext Context { get; } = new();

            internal FunctionNode(string name, bool[] isTensor, List<Tensor> inputs,
                Func<AutogradContext, List<Tensor>, List<Tensor>> backward)
            {
                this.name = name;
                this.isTensor = isTensor;
                this.backward = backward;
                var self = GCHandle.Alloc(this);
                var handles = Handles(inputs);
                fixed (nint* p = handles)
                {
                    int rc = NativeMethods.st_node_new(name, p, handles.Length, &Apply, &Release,
                        (void*)GCHandle.ToIntPtr(self), out requiresGrad, out native);
                    if (rc != 0) self.Free();
                    NativeMethods.Check(rc);
                }
                Context.Node = NativeMethods.st_node_address(native);
            }

            internal void Abandon() => NativeMethods.st_node_abandon(native);

            internal List<Tensor> Finish(List<Tensor> inputs, List<Tensor> outputs)
            {
                nint[] i = Handles(inputs), d = Handles(Context.Dirty), n = Handles(Context.NonDifferentiable);
                nint[] s = Handles(Context.ToSave), o = Handles(outputs);
                fixed (nint* pi = i, pd = d, pn = n, ps = s, po = o)
                    NativeMethods.Check(NativeMethods.st_node_finish(native, requiresGrad,
                        Context.MaterializeGrads ? 1 : 0, pi, i.Length, pd, d.Length, pn, n.Length, ps, s.Length, po,
                        o.Length));
                GC.KeepAlive(outputs);
                Context.ToSave = []; // the node holds them now
                return [.. o.Select(h => new Tensor(h))];
            }

            [UnmanagedCallersOnly]
            private static void Release(void* context) => GCHandle.FromIntPtr((nint)context).Free();

            [UnmanagedCallersOnly]
            private static int Apply(void* context, nint* grads, long gradCount, nint* results, long resultCount)
            {
                try
                {
                    var node = (FunctionNode)GCHandle.FromIntPtr((nint)context).Target!;
                    using var scope = NewDisposeScope();
                    var incoming = new List<Tensor>();
                    for (long k = 0; k < gradCount; k++) incoming.Add(new Tensor(grads[k]));
                    var outgoing = node.Gradients(incoming);
                    for (int k = 0; k < resultCount && k < outgoing.Count; k++)
                        results[k] = outgoing[k] is { IsInvalid: false } g ? NativeMethods.st_alias(g.Handle) : 0;
                    return 0;
                }
                catch (Exception e)
                {
                    PendingException.Keep(e);
                    NativeMethods.st_set_error(e.Message);
                    return 1;
                }
            }

            private List<Tensor> Gradients(List<Tensor> incoming)
            {
                var all = backward(Context, incoming);
                if (all.Count < isTensor.Length || all.Skip(isTensor.Length).Any(g => g is { IsInvalid: false }))
                    throw new InvalidOperationException($"Function {name} returned an incorrect number of gradients "
                        + $"(expected {isTensor.Length}, got {all.Count})");
                for (int k = 0; k < isTensor.Length; k++)
                    if (!isTensor[k] && all[k] is { IsInvalid: false })
                        throw new InvalidOperationException($"Function {name} returned a gradient at position {k + 1}, "
                            + "but the corresponding forward input was not a Tensor");
                return [.. all.Where((_, k) => k < isTensor.Length && isTensor[k])];
            }
        }
    }
}
