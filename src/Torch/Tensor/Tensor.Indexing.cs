using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, Singles(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(Singles(i1, i2));
            set => index_put_(value, Singles(i1, i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles(i1, i2, i3));
            set => index_put_(value, Singles(i1, i2, i3));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Singles(i1, i2, i3, i4));
            set => index_put_(value, Singles(i1, i2, i3, i4));
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Singles(indices));
            set => index_put_(value, Singles(indices));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            using var basic = new BasicIndex(this, indices);
            return basic.Tensors is null ? basic.Take() : Aten.Call("index.Tensor", basic.View, Arg.Optional(basic.Tensors));
        }

        public Tensor index(params Tensor[] indices) => Aten.Call("index.Tensor", this, Arg.Optional(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using var basic = new BasicIndex(this, indices);
            if (basic.Tensors is not null)
                Put(basic.View, basic.Tensors, value, accumulate);
            else if (accumulate)
                throw new InvalidOperationException("accumulate needs tensors among the indices");
            else
                Aten.InPlace("copy_", basic.View, value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Put(this, indices, value, accumulate);

        private static Tensor Put(Tensor target, Tensor?[] indices, Tensor value, bool accumulate) => accumulate
            ? Aten.InPlaceSerial("index_put_", target, Arg.Optional(indices), value, true)
            : Aten.InPlace("index_put_", target, Arg.Optional(indices), value);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var v = new Tensor(Aten.Call("scalar_tensor", value, dtype, Arg.None, device).DecoupleFromNativeHandle());
            return index_put_(v, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) =>
            index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        private static TensorIndex[] Singles(params long[] indices) => Array.ConvertAll(indices, i => (TensorIndex)i);

        /// <summary>
        /// The view that the numbers, slices and new axes of an index expression make of a tensor, and the tensors
        /// among the indices, placed at the dimensions of that view (null where a dimension is taken whole).
        /// </summary>
        private sealed class BasicIndex : IDisposable
        {
            private readonly Tensor source;
            private readonly List<Tensor> temporaries = [];

            internal Tensor View { get; private set; }
            internal Tensor?[]? Tensors { get; }

            internal BasicIndex(Tensor source, TensorIndex[] indices)
            {
                View = this.source = source;
                // A boolean mask spans as many dimensions as it has.
                long specified = indices.Sum(i => i.kind switch
                {
                    TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
                    TensorIndex.Kind.Tensor => Mask(i.tensor!) ? i.tensor!.ndim : 1,
                    _ => 0,
                });
                if (specified > source.ndim)
                    throw new ArgumentException(
                        $"too many indices for tensor of dimension {source.ndim} (got {specified})");
                var tensors = new List<Tensor?>();
                long dim = 0;   // of the view
                int place = 0;  // in the list, where a mask of several dimensions is one entry
                foreach (var i in indices)
                    switch (i.kind)
                    {
                        case TensorIndex.Kind.Single:
                            Step(View.select(dim, i.start!.Value));
                            break;
                        case TensorIndex.Kind.Slice:
                            if (i.start is not null || i.stop is not null || i.step is not null)
                                Step(Aten.Call("slice.Tensor", View, dim, i.start, i.stop, i.step ?? 1L));
                            dim++;
                            place++;
                            break;
                        case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                            Step(View.unsqueeze(dim++));
                            place++;
                            break;
                        case TensorIndex.Kind.Bool:
                            Step(View.unsqueeze(dim));
                            Place(tensors, place++, Temporary(tensor(new[] { i.start == 1 }, device: source.device)));
                            dim++;
                            break;
                        case TensorIndex.Kind.Ellipsis:
                            dim += source.ndim - specified;
                            place += (int)(source.ndim - specified);
                            break;
                        default:
                            Place(tensors, place++, i.tensor!);
                            dim += Mask(i.tensor!) ? i.tensor!.ndim : 1;
                            break;
                    }
                if (tensors.Count > 0) Tensors = [.. tensors];
            }

            /// <summary>The view as a tensor of its own.</summary>
            internal Tensor Take()
            {
                if (View == (object)source) return source.alias();
                temporaries.Remove(View);
                return View;
            }

            public void Dispose()
            {
                foreach (var t in temporaries) t.Dispose();
            }

            private static bool Mask(Tensor t) => t.dtype is ScalarType.Bool or ScalarType.Byte;

            private static void Place(List<Tensor?> tensors, int place, Tensor t)
            {
                while (tensors.Count < place) tensors.Add(null);
                tensors.Add(t);
            }

            private void Step(Tensor view) => View = Temporary(view);

            private Tensor Temporary(Tensor t)
            {
                temporaries.Add(t);
                return t;
            }
        }
    }
}
