using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.Servers;
using Prickle.Ui.Dialogs;

namespace Prickle.House.Servers;

/// <summary>Adds a server, or changes, tries and forgets one.</summary>
public sealed partial class ServerEditor(
    ServerDirectory directory, ServerBook book, ServerTest test, IDialogService dialogs, ISnackbar notices, NavigationManager navigation) : OrganizationPage, IDisposable
{
    const string Grants =
        """
        CREATE USER prickle_monitor IDENTIFIED BY '…' SETTINGS readonly = 2;
        GRANT SELECT ON system.* TO prickle_monitor;
        GRANT SHOW ON *.* TO prickle_monitor;
        """;

    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<string, string> _problems = [];
    WatchedServer? _saved;
    IReadOnlyList<NodeReport>? _reports;
    string _name = "";
    string _nodes = "";
    string _monitor = "default";
    string _operator = "";
    string _monitorPassword = "";
    string _operatorPassword = "";
    string? _problem;
    bool _isMissing;
    bool _isBusy;
    bool _isTrying;

    [Parameter] public Guid? Server { get; set; }

    bool MayWrite => Allows(Resource.House, Level.Write);

    bool IsOwn => _saved?.IsOwn == true;

    ServerDraft Draft => new(_name, _nodes.Split('\n'), _monitor)
    {
        MonitorPassword = _monitorPassword,
        OperatorUser = _operator,
        OperatorPassword = _operatorPassword,
    };

    /// <summary>Nodes that the tried ones name and that are not in the list (any more).</summary>
    IReadOnlyList<ClusterHint> Hints => IsOwn ? [] : [.. (_reports ?? []).SelectMany(report => report.Hints).Where(hint => !Lines.Contains(hint.Address.GetLeftPart(UriPartial.Authority)))];

    IReadOnlyList<string> Lines => [.. _nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.TrimEnd('/'))];

    void AddNode(ClusterHint hint) => _nodes = string.Join('\n', [.. Lines, hint.Address.GetLeftPart(UriPartial.Authority)]);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (Server is { } id && _saved?.Id != id && Organization is { } organization)
        {
            _saved = await directory.FindAsync(organization.OrganizationId, id, _closing.Token);
            _isMissing = _saved is null;
            Show();
        }
    }

    void Show()
    {
        if (_saved is not { } saved)
        {
            return;
        }
        (_name, _nodes, _monitor, _operator) = (saved.Name, string.Join('\n', saved.Nodes), saved.MonitorUser, saved.OperatorUser ?? "");
        (_monitorPassword, _operatorPassword) = ("", "");
    }

    Task SaveAsync() => RunAsync(async organization =>
    {
        var outcome = _saved is { } saved
            ? await book.UpdateAsync(organization, saved.Id, Draft, _closing.Token, saved.Version)
            : await book.CreateAsync(organization, Draft, _closing.Token);
        switch (outcome)
        {
            case Outcome<WatchedServer>.Refused(var refusal):
                Say(refusal);
                break;
            case Outcome<WatchedServer>.Done(var made) when _saved is null:
                navigation.NavigateTo(HouseSections.Of(made.Id));
                break;
            case Outcome<WatchedServer>.Done(var made):
                _saved = made;
                Show();
                notices.Add($"{made.Name} is saved.", Severity.Success);
                break;
        }
    });

    async Task TryAsync()
    {
        _isTrying = true;
        await RunAsync(async organization =>
        {
            var outcome = IsOwn ? await test.TryAsync(organization, WatchedServer.OwnId, _closing.Token) : await test.TryAsync(organization, Draft, _saved?.Id, _closing.Token);
            switch (outcome)
            {
                case Outcome<IReadOnlyList<NodeReport>>.Refused(var refusal):
                    Say(refusal);
                    break;
                case Outcome<IReadOnlyList<NodeReport>>.Done(var reports):
                    _reports = reports;
                    break;
            }
        });
        _isTrying = false;
    }

    async Task DeleteAsync()
    {
        if (_saved is not { } saved || !await dialogs.ConfirmAsync(new Confirmation(
            $"Stop watching {saved.Name}", "Prickle forgets its addresses and passwords. Nothing happens to the server itself.", "Stop watching")))
        {
            return;
        }
        await RunAsync(async organization =>
        {
            switch (await book.DeleteAsync(organization, saved.Id, _closing.Token))
            {
                case Outcome<WatchedServer>.Refused(var refusal):
                    Say(refusal);
                    break;
                default:
                    navigation.NavigateTo("/house");
                    break;
            }
        });
    }

    async Task RunAsync(Func<OrganizationGrant, Task> work)
    {
        if (Organization is not { } organization || _isBusy)
        {
            return;
        }
        (_isBusy, _problem) = (true, null);
        _problems.Clear();
        try
        {
            await work(organization);
        }
        finally
        {
            _isBusy = false;
        }
    }

    void Say(Refusal refusal)
    {
        if (refusal.Attribute is { } attribute)
        {
            _problems[attribute] = refusal.Detail;
        }
        else
        {
            _problem = refusal.Detail;
        }
    }

    string? Invalid(string field) => _problems.ContainsKey(field) ? "true" : null;

    RenderFragment Said(string field) => builder =>
    {
        if (_problems.TryGetValue(field, out var problem))
        {
            builder.OpenElement(0, "span");
            builder.AddAttribute(1, "class", "problem");
            builder.AddAttribute(2, "role", "alert");
            builder.AddContent(3, problem);
            builder.CloseElement();
        }
    };
}
