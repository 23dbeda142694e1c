using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.Ui.Tables;

namespace Prickle.House.Operations.Pages;

/// <summary>The operations of a server, and the old tables that wait to be dropped.</summary>
public sealed partial class OperationsPage
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);
    const int MostKept = 100;

    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<Operation> _kept = [];
    ITimer? _looks;
    string? _seen;
    int _version;
    bool _isBusy;

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    OperationState? Chosen => Enum.TryParse<OperationState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    OperationActs Acts => new(Book, Dialogs, Notices, Time);

    string NewAddress => HouseSections.Of(Server, "operations/new");

    public void Dispose()
    {
        _looks?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    string AddressOf(Operation operation) => HouseSections.Of(Server, $"operations/{operation.Id}");

    // The list reads both: what stands above it is of the same moment.
    async Task<TablePage<Operation>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (Organization is not { } organization)
        {
            return new TablePage<Operation>([], false, 0);
        }
        var (count, operations) = await Book.ListAsync(organization, Server, query.Search, Chosen, query.Sort, query.Descending, query.Offset, query.Limit, cancellationToken);
        _kept = (await Book.ListAsync(organization, Server, "", OperationState.Keeping, null, true, 0, MostKept, cancellationToken)).Operations.OrderBy(operation => operation.DropAt).ToList();
        Follow(operations.Any(operation => OperationMoves.Working.Contains(operation.State)) || _kept.Any(operation => operation.DropAt <= Time.GetUtcNow()));
        StateHasChanged();
        return new TablePage<Operation>(operations, query.Offset + operations.Count < count, count);
    }

    /// <summary>While something is at work here, the list is looked at again.</summary>
    void Follow(bool isAtWork)
    {
        if (!isAtWork)
        {
            _looks?.Dispose();
            _looks = null;
        }
        else
        {
            _looks ??= Time.CreateTimer(_ => InvokeAsync(LookAsync), null, BetweenLooks, BetweenLooks);
        }
    }

    async Task LookAsync()
    {
        try
        {
            if (Organization is not { } organization)
            {
                return;
            }
            var seen = Seen((await Book.ListAsync(organization, Server, "", null, null, true, 0, MostKept, _closing.Token)).Operations);
            if (seen != _seen)
            {
                _seen = seen;
                _version++;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The edge of the look: what is shown stays, and the list says itself what is the matter when it loads.
            _version++;
            StateHasChanged();
        }
    }

    async Task RunAsync(Func<OrganizationGrant, Operation, CancellationToken, Task<bool>> act, Operation operation)
    {
        if (Organization is not { } organization || _isBusy)
        {
            return;
        }
        _isBusy = true;
        try
        {
            if (await act(organization, operation, _closing.Token))
            {
                _version++;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    Task<bool> UndoAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        Acts.UndoAsync(organization, operation, [.. Enumerable.Range(0, operation.Step)], cancellationToken);

    void Choose(string? state) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["state"] = string.IsNullOrEmpty(state) ? null : state,
        ["page"] = null,
    }), replace: true);

    static string Seen(IEnumerable<Operation> operations) => string.Join(' ', operations.Select(operation => $"{operation.Id:n}{operation.State}{operation.Step}"));
}
