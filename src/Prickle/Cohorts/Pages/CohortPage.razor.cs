using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Persons;
using Prickle.Shell;
using Prickle.Ui.Charts;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Tables;
using Prickle.Ui.Values;

namespace Prickle.Cohorts.Pages;

/// <summary>A row of the list of members.</summary>
public sealed record MemberRow(Guid Id, PersonProfile? Person);

/// <summary>Who is in a cohort and why, how its size went, and what uses it.</summary>
public sealed partial class CohortPage(
    CohortQueries cohorts, CohortAdministration administration, CohortUpload upload, IActionDirectory actions, PersonQueries persons,
    IDialogService dialogs, ISnackbar notices, NavigationManager navigation, TimeProvider time) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    CohortProfile? _cohort;
    IReadOnlyDictionary<int, ActionDefinition> _actions = new Dictionary<int, ActionDefinition>();
    IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    IReadOnlyList<CohortRun> _runs = [];
    IReadOnlyList<CohortUse> _uses = [];
    SeriesChart? _sizes;
    CohortAddition? _addition;
    ITimer? _beat;
    DateTimeOffset? _beganAt;
    string _people = "";
    string? _error;
    bool _adding;
    bool _isMissing;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public int CohortId { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    NavigationManager Navigation => navigation;

    bool MayWrite => Grant?.Allows(Resource.Cohort, Level.Write) == true;

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && _cohort?.Id != CohortId ? ReadAsync() : Task.CompletedTask;

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _beat = time.CreateTimer(_ => InvokeAsync(LookAsync), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>While it is calculated, the page follows.</summary>
    async Task LookAsync()
    {
        if (_cohort?.IsCalculating == true)
        {
            await ReadAsync();
            StateHasChanged();
        }
    }

    async Task ReadAsync()
    {
        try
        {
            _cohort = await cohorts.FindAsync(ProjectId, CohortId, _closing.Token);
            (_isMissing, _error) = (_cohort is null, null);
            // Since it was asked for here, or first seen under way.
            _beganAt = _cohort?.IsCalculating == true ? _beganAt ?? time.GetUtcNow() : null;
            _actions = await actions.OfProjectAsync(ProjectId, _closing.Token);
            _names = (await cohorts.ListAsync(ProjectId, _closing.Token)).ToDictionary(other => other.Id, other => other.Settings.Name);
            _runs = await cohorts.RunsAsync(ProjectId, CohortId, _closing.Token);
            _uses = await administration.UsesAsync(ProjectId, CohortId, _closing.Token);
            _sizes = Sizes();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            (_cohort, _error) = (null, exception.Message);
        }
    }

    string Elapsed(DateTimeOffset began) => ValueUnit.Seconds().Short(Math.Max(1, Math.Floor((time.GetUtcNow() - began).TotalSeconds)));

    SeriesChart? Sizes()
    {
        var runs = _runs.Where(run => run.Count is not null).Reverse().ToList();
        return runs.Count < 2 ? null : new SeriesChart
        {
            Title = "Size over time",
            Unit = ValueUnit.Count("people"),
            Shape = SeriesShape.Line,
            CategoryName = "Calculated",
            Categories =
            [
                .. runs.Select(run => new ChartCategory(
                    run.At.ToString("O", CultureInfo.InvariantCulture), run.At.ToString("d MMM HH:mm", CultureInfo.InvariantCulture))),
            ],
            Series = [new ChartSeries("size", "People", [.. runs.Select(run => (double?)run.Count)])],
        };
    }

    async Task<TablePage<MemberRow>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (query.Search.Length > 0)
        {
            var wanted = Guid.TryParse(query.Search, out var id)
                ? await persons.FindAsync(ProjectId, id, cancellationToken)
                : await persons.FindByDistinctIdAsync(ProjectId, query.Search, cancellationToken);
            return wanted is not null && await cohorts.HasAsync(ProjectId, CohortId, wanted.Id, cancellationToken)
                ? new TablePage<MemberRow>([new MemberRow(wanted.Id, wanted)], false, 1)
                : new TablePage<MemberRow>([], false, 0);
        }
        var rows = new List<MemberRow>();
        foreach (var member in await cohorts.MembersAsync(ProjectId, CohortId, query.Limit, query.Offset, cancellationToken))
        {
            rows.Add(new MemberRow(member, await persons.FindAsync(ProjectId, member, cancellationToken)));
        }
        var total = _cohort?.Count ?? rows.Count;
        return new TablePage<MemberRow>(rows, query.Offset + rows.Count < total, total);
    }

    async Task RecalculateAsync()
    {
        Tell(await administration.RecalculateAsync(Grant!, CohortId, _closing.Token));
        await ReadAsync();
    }

    Task AddAsync() => AddingAsync(() => upload.AddValuesAsync(
        Grant!, CohortId, [.. _people.Split([',', '\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()], _closing.Token));

    async Task UploadAsync(InputFileChangeEventArgs change)
    {
        if (change.File.Size > CohortUpload.LargestFile)
        {
            notices.Add($"The file may have {CohortUpload.LargestFile / 1024 / 1024} MB at most.", Severity.Error);
            return;
        }
        await AddingAsync(async () =>
        {
            await using var file = change.File.OpenReadStream(CohortUpload.LargestFile, _closing.Token);
            return await upload.AddAsync(Grant!, CohortId, file, _closing.Token);
        });
    }

    async Task AddingAsync(Func<Task<Outcome<CohortAddition>>> add)
    {
        (_adding, _addition) = (true, null);
        var outcome = await add();
        _adding = false;
        _addition = outcome.Match<CohortAddition?>(
            addition => addition,
            refusal =>
            {
                notices.Add(refusal.Detail, Severity.Error);
                return null;
            });
        _people = _addition is null ? _people : "";
        await ReadAsync();
    }

    async Task RemoveAsync(Guid person)
    {
        Tell(await administration.RemoveAsync(Grant!, CohortId, [person], _closing.Token));
        await ReadAsync();
    }

    async Task DeleteAsync()
    {
        var name = _cohort!.Settings.Name;
        var used = _uses.Count == 0 ? "Nothing uses it." : $"Used by {string.Join(", ", _uses.Select(use => $"the {use.Kind} “{use.Name}”"))}, which will find nobody in it.";
        if (!await dialogs.ConfirmAsync(new Confirmation($"Delete the cohort {name}", $"{used} The people and their events stay.", "Delete", _uses.Count == 0 ? null : name)))
        {
            return;
        }
        var grant = Grant!;
        (await administration.DeleteAsync(grant, CohortId, evenIfUsed: true, _closing.Token)).Match<object?>(
            _ =>
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "cohorts"));
                return notices.Add($"{name} is deleted.", Severity.Success, options =>
                {
                    options.Action = "Undo";
                    options.OnClick = _ => administration.RestoreAsync(grant, CohortId, CancellationToken.None);
                });
            },
            refusal => notices.Add(refusal.Detail, Severity.Error));
    }

    void Tell(Outcome<CohortProfile> outcome) =>
        outcome.Match<object?>(_ => null, refusal => notices.Add(refusal.Detail, Severity.Error));

    public void Dispose()
    {
        _beat?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }
}
