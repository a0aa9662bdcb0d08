using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that enumerates its entries in the order of insertion.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> values = [];
    private readonly List<TKey> order = [];

    public int Count => order.Count;
    public bool IsReadOnly => false;
    public ICollection<TKey> Keys => [.. order];
    public ICollection<TValue> Values => [.. order.Select(k => values[k])];

    public TValue this[TKey key]
    {
        get => values[key];
        set
        {
            if (!values.ContainsKey(key)) order.Add(key);
            values[key] = value;
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => (order[index], values[order[index]]);
        set
        {
            values.Remove(order[index]);
            order[index] = value.Item1;
            values[value.Item1] = value.Item2;
        }
    }

    public void Add(TKey key, TValue value)
    {
        values.Add(key, value);
        order.Add(key);
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);
    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);
    public bool ContainsKey(TKey key) => values.ContainsKey(key);
    public bool Contains((TKey, TValue) item) => Contains(new KeyValuePair<TKey, TValue>(item.Item1, item.Item2));
    public bool Contains(KeyValuePair<TKey, TValue> item) =>
        values.TryGetValue(item.Key, out var v) && EqualityComparer<TValue>.Default.Equals(v, item.Value);
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => values.TryGetValue(key, out value);
    public int IndexOf((TKey, TValue) item) => order.IndexOf(item.Item1);

    public void Insert(int index, (TKey, TValue) item)
    {
        values.Add(item.Item1, item.Item2);
        order.Insert(index, item.Item1);
    }

    public bool Remove(TKey key)
    {
        order.Remove(key);
        return values.Remove(key);
    }

    public bool Remove((TKey, TValue) item) => Remove(item.Item1);
    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove(item.Key);
    public void RemoveAt(int index) => Remove(order[index]);

    public void Clear()
    {
        values.Clear();
        order.Clear();
    }

    public void clear() => Clear();
    public IEnumerable<TKey> keys() => order;
    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public void CopyTo((TKey, TValue)[] array, int arrayIndex)
    {
        foreach (var item in this) array[arrayIndex++] = item;
    }

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (k, v) in this) array[arrayIndex++] = new(k, v);
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => order.Select(k => (k, values[k])).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        order.Select(k => new KeyValuePair<TKey, TValue>(k, values[k])).GetEnumerator();
}
