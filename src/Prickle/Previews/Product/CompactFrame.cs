using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Previews.Product;

/// <summary>Says to the tables that somebody wants them compact.</summary>
sealed class CompactFrame(ProductPreviews previews) : IFrameAttributes
{
    static readonly Dictionary<string, object> Nothing = [];
    static readonly Dictionary<string, object> Compact = new() { ["data-compact"] = true };

    public event Action<Guid>? Changed
    {
        add => previews.Changed += value;
        remove => previews.Changed -= value;
    }

    public async Task<IReadOnlyDictionary<string, object>> OfAsync(Actor actor, CancellationToken cancellationToken) =>
        await previews.IsOnAsync(actor.UserId, ProductPreviews.CompactTables, cancellationToken) ? Compact : Nothing;
}
