namespace Prickle.House.Queries;

/// <summary>A function in a flame graph: how many samples were taken within it, and within what it called.</summary>
public sealed class FlameNode(string name)
{
    readonly SortedDictionary<string, FlameNode> _children = new(StringComparer.Ordinal);

    public string Name => name;
    public long Samples { get; private set; }
    public IReadOnlyCollection<FlameNode> Children => _children.Values;

    /// <summary>Folds stacks to a tree, whose root has all samples.</summary>
    /// <param name="stacks">From the outermost function to the innermost, with how often each was met.</param>
    public static FlameNode Fold(IEnumerable<(IReadOnlyList<string> Stack, long Samples)> stacks)
    {
        var root = new FlameNode("all");
        foreach (var (stack, samples) in stacks)
        {
            var node = root;
            node.Samples += samples;
            foreach (var function in stack)
            {
                if (!node._children.TryGetValue(function, out var child))
                {
                    node._children[function] = child = new FlameNode(function);
                }
                child.Samples += samples;
                node = child;
            }
        }
        return root;
    }
}
