using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public interface ILearningRateController
            {
                double LearningRate { get; set; }
                double InitialLearningRate { get; set; }
            }

            public interface IMomentum
            {
                double Momentum { get; set; }
            }

            public interface IBetas
            {
                (double, double) Betas { get; set; }
            }

            /// <summary>Moves parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                protected IList<ParamGroup> _parameter_groups = [];

                private protected Optimizer() { }

                ~Optimizer() => Dispose(false);

                public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

                public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(g => g.Parameters);

                public virtual void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

                public abstract void zero_grad();

                /// <summary>The value of the closure; null (as in TorchSharp) without one.</summary>
                public abstract Tensor step(Func<Tensor>? closure = null);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected virtual void Dispose(bool disposing) { }

                /// <summary>Settings of the groups and states of the parameters, in order.</summary>
                public class StateDictionary
                {
                    internal StateDictionary() { }

                    public List<OptimizerOptions> Options { get; } = [];
                    public List<OptimizerState> State { get; } = [];
                    public List<List<int>> StateIndexRef { get; } = [];
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public abstract class OptimizerHelper : optim.Optimizer
    {
        protected OptimizerOptions _defaults = null!; // set by every constructor
        protected OrderedDict<nint, OptimizerState> _state = [];

        /// <summary>Sets the gradients to zero; a parameter without one keeps none.</summary>
        public override void zero_grad()
        {
            foreach (var p in parameters())
            {
                using var grad = p.grad;
                grad?.zero_();
            }
        }

        protected Tensor _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
        {
            Tensor? loss = null;
            if (loss_closure is not null)
                using (enable_grad()) loss = loss_closure();
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            foreach (var group in _parameter_groups) body((T)group);
            return loss!; // TorchSharp declares no null here
        }

        private protected void Add(ParamGroup group, Func<Parameter, OptimizerState> state)
        {
            group.Options.InitialLearningRate = group.LearningRate;
            group.Parameters = [.. group.Parameters]; // enumerated at every step
            _parameter_groups.Add(group);
            foreach (var p in group.Parameters)
            {
                var s = state(p);
                _state[p.Handle] = s;
                s.Initialize(group.Options);
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (!disposing) return;
            foreach (var (_, s) in _state) (s as IDisposable)?.Dispose();
            _state.Clear();
        }

        public void to(Device device)
        {
            foreach (var (_, s) in _state) s.to(device);
        }

        public virtual StateDictionary state_dict()
        {
            var dict = new StateDictionary();
            foreach (var group in _parameter_groups)
            {
                dict.Options.Add(group.Options);
                var indices = new List<int>();
                foreach (var p in group.Parameters)
                {
                    indices.Add(dict.State.Count);
                    dict.State.Add(_state[p.Handle]);
                }
                dict.StateIndexRef.Add(indices);
            }
            return dict;
        }

        public virtual void load_state_dict(StateDictionary state_dict)
        {
            var own = this.state_dict();
            CheckCounts(own, state_dict.Options.Count, state_dict.State.Count);
            for (int i = 0; i < own.Options.Count; i++)
                if (own.Options[i] != state_dict.Options[i]) own.Options[i].LoadStateDict(state_dict.Options[i]);
            for (int i = 0; i < own.State.Count; i++)
                if (own.State[i] != state_dict.State[i]) own.State[i].LoadStateDict(state_dict.State[i]);
        }

        public void save_state_dict(string location)
        {
            using var writer = new BinaryWriter(File.Create(location));
            save_state_dict(writer);
        }

        public void save_state_dict(BinaryWriter writer)
        {
            var dict = state_dict();
            writer.Write(GetType().Name);
            writer.Write7BitEncodedInt64(dict.Options.Count);
            writer.Write7BitEncodedInt64(dict.State.Count);
            foreach (var options in dict.Options) options.SaveStateDict(writer);
            foreach (var state in dict.State) state.SaveStateDict(writer);
        }

        public void load_state_dict(string location)
        {
            using var reader = new BinaryReader(File.OpenRead(location));
            load_state_dict(reader);
        }

        public void load_state_dict(BinaryReader reader)
        {
            string name = reader.ReadString();
            if (name != GetType().Name)
                throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found "
                    + $"'{name}' in the loaded stream.");
            var own = state_dict();
            CheckCounts(own, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
            foreach (var options in own.Options) options.LoadStateDict(reader);
            foreach (var state in own.State) state.LoadStateDict(reader);
        }

        private static void CheckCounts(StateDictionary own, long options, long states)
        {
            if (options != own.Options.Count)
                throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
            if (states != own.State.Count)
                throw new ArgumentException("Invalid optimizer state -- different number of states.");
        }
    }

    public class OptimizerOptions
    {
        public double? LearningRate { get; set; }
        public double InitialLearningRate { get; set; }

        public virtual void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(InitialLearningRate);
            writer.Write(LearningRate!.Value);
        }

        public virtual void LoadStateDict(BinaryReader reader)
        {
            InitialLearningRate = reader.ReadDouble();
            LearningRate = reader.ReadDouble();
        }

        public virtual void LoadStateDict(OptimizerOptions source)
        {
            InitialLearningRate = source.InitialLearningRate;
            LearningRate = source.LearningRate;
        }
    }

    /// <summary>What an optimizer remembers of one parameter.</summary>
    public abstract class OptimizerState
    {
        protected Parameter _parameter;

        protected OptimizerState(Parameter parameter) => _parameter = parameter;

        public abstract void Initialize(OptimizerOptions options);
        public abstract void SaveStateDict(BinaryWriter writer);
        public abstract void LoadStateDict(BinaryReader reader);
        public abstract void LoadStateDict(OptimizerState source);
        public virtual bool ApproximatelyEquals(OptimizerState other) => false;
        public virtual void to(Device device) { }

        private protected static void SaveOptional(BinaryWriter writer, Tensor? tensor)
        {
            writer.Write(tensor is not null);
            tensor?.Save(writer);
        }

        private protected static void LoadOptional(BinaryReader reader, ref Tensor? tensor, Device device)
        {
            Replace(ref tensor, reader.ReadBoolean() ? Tensor.Load(reader).to(device, disposeAfter: true) : null);
        }

        private protected static void Replace(ref Tensor? slot, Tensor? value)
        {
            slot?.Dispose();
            slot = value?.DetachFromDisposeScope();
        }
    }

    /// <summary>Parameters that share their settings.</summary>
    public class ParamGroup : optim.ILearningRateController
    {
        public IEnumerable<Parameter> Parameters { get; set; } = [];
        public OptimizerOptions Options { get; set; } = null!; // filled with the defaults when the group is added

        public double LearningRate
        {
            get => Options.LearningRate!.Value;
            set => Options.LearningRate = value;
        }

        public double InitialLearningRate
        {
            get => Options.InitialLearningRate;
            set => Options.InitialLearningRate = value;
        }
    }

    public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
        {
            Parameters = parameters;
            base.Options = options!;
        }

        public new TOptions Options
        {
            get => (TOptions)base.Options;
            set => base.Options = value;
        }
    }
}
