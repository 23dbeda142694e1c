using Prickle.Sql;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Prickle.Accounts;
using Prickle.Insights.Browsing;
using Prickle.Shell;
using Prickle.Ui.Surfaces;

namespace Prickle.Insights.Editing;

/// <summary>Keeping a question: under a name, beside the one it was made from, or no longer.</summary>
public sealed partial class EditorPage
{
    SavedInsight? _saved;
    Dropdown? _more;
    Side? _side;
    string? _savingProblem;

    /// <summary>What is open beside the page.</summary>
    enum Side
    {
        Details,
        SaveAs,
        Share,
        History,
        AddTo,
    }

    [Inject] public required IJSRuntime Script { get; set; }

    /// <summary>Where the insight was wanted from: it is added there when it is saved.</summary>
    [SupplyParameterFromQuery(Name = "dashboard")] public int? PlaceId { get; set; }

    [Inject] public required IEnumerable<IInsightPlaces> Places { get; set; }

    [Inject] public required SavedInsights Saved { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Insight, Level.Write) == true;

    /// <summary>The question shown is not the one that was saved.</summary>
    bool IsChanged => _saved is { } saved && _query is { } query
        && (InsightJson.Read(saved.Query, out _) is not { } kept || InsightJson.Write(kept) != InsightJson.Write(query));

    JsonElement QueryJson => JsonSerializer.SerializeToElement(_query!, InsightJson.Options);

    async Task<bool> FindSavedAsync()
    {
        if (ShortId is null)
        {
            _saved = null;
            return true;
        }
        if (_saved?.ShortId == ShortId)
        {
            return true;
        }
        _saved = await Saved.FindAsync(ProjectId, ShortId, _closing.Token);
        var isSql = _saved is { Kind: var kind } && AnswerSqlQuery.Handles(kind);
        if (_saved is { Deleted: false } && !isSql)
        {
            return true;
        }
        if (_saved is { Deleted: false } statement)
        {
            _navigation.NavigateTo(ProjectAddress.Of(ProjectId, InsightWords.AddressOf(statement)), replace: true);
            return false;
        }
        (_query, _problem) = (null, _saved is null ? "There is no such insight in this project." : "The insight was deleted. The activity log says by whom.");
        return false;
    }

    void Open(Side side)
    {
        _more?.Close();
        (_side, _savingProblem) = (side, null);
    }

    async Task CreateAsync(InsightDraft draft)
    {
        if (Grant is not { } grant || !Take(await Saved.CreateAsync(grant, draft, _closing.Token)))
        {
            return;
        }
        if (PlaceId is { } place && Places.FirstOrDefault() is { } places)
        {
            var added = await places.AddAsync(grant, place, _saved!.ShortId, _closing.Token);
            if (added is Outcome<InsightPlace>.Done { Value.Address: var address })
            {
                _navigation.NavigateTo(address);
                return;
            }
        }
        Show();
    }

    async Task UpdateAsync(InsightDraft draft)
    {
        if (Grant is { } grant && _saved is { } saved && Take(await Saved.UpdateAsync(grant, saved.ShortId, draft, _closing.Token)) && Question is not null && !IsChanged)
        {
            Show();
        }
    }

    async Task DuplicateAsync()
    {
        _more?.Close();
        if (Grant is { } grant && _saved is { } saved && Take(await Saved.DuplicateAsync(grant, saved.ShortId, _closing.Token)))
        {
            Show();
        }
    }

    async Task DeleteAsync()
    {
        _more?.Close();
        if (Grant is { } grant && _saved is { } saved && Take(await Saved.DeleteAsync(grant, saved.ShortId, _closing.Token)))
        {
            // The list offers to take it back.
            _navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"insights?deleted={saved.ShortId}"));
        }
    }

    void Discard()
    {
        if (_saved is { } saved && InsightJson.Read(saved.Query, out _) is { } kept)
        {
            Change(kept);
        }
    }

    /// <summary>The home of the project shows in this browser what was looked at last.</summary>
    async Task RememberAsync()
    {
        if (_saved is not { } saved)
        {
            return;
        }
        try
        {
            await using var module = await Script.InvokeAsync<IJSObjectReference>("import", _closing.Token, HomeInsights.Module);
            if (module is not null)
            {
                await module.InvokeVoidAsync("visit", _closing.Token, ProjectId, saved.ShortId);
            }
        }
        catch (Exception exception) when (exception is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // A convenience: without it the page is whole.
        }
    }

    void Show() => _navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"insights/{_saved!.ShortId}"));

    bool Take(Outcome<SavedInsight> outcome)
    {
        bool done;
        (done, _savingProblem) = outcome.Match<(bool, string?)>(
            saved =>
            {
                (_saved, _side) = (saved, null);
                return (true, null);
            },
            refusal => (false, refusal.Detail));
        return done;
    }
}
