using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Events;

namespace Prickle.Sessions.Browsing;

/// <summary>One session: its events on a line of time.</summary>
public sealed partial class SessionPage(SessionQueries queries, EventQueries events) : IDisposable
{
    const int Most = 1000;

    readonly CancellationTokenSource _closing = new();
    Session? _session;
    List<StoredEvent>? _events;
    StoredEvent? _open;
    string? _name;
    string? _error;
    bool _isMissing;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public string SessionId { get; set; } = "";

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        if (_session?.Id == SessionId)
        {
            return;
        }
        (_session, _events, _open, _name, _error) = (null, null, null, null, null);
        try
        {
            _session = await queries.FindAsync(ProjectId, SessionId, _closing.Token);
            _isMissing = _session is null;
            if (_session is not { } session)
            {
                return;
            }
            var filter = new EventFilter
            {
                ProjectId = ProjectId,
                SessionId = session.Id,
                // Just outside the first and the last: the bounds let the store skip all other days.
                After = session.StartedAt.AddSeconds(-1),
                Before = session.EndedAt.AddSeconds(1),
            };
            var found = await events.ListAsync(filter, Most, cancellationToken: _closing.Token);
            found.Reverse();
            _events = found;
            _name = (await events.PersonNamesAsync(ProjectId, [session.PersonId], _closing.Token)).GetValueOrDefault(session.PersonId);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the panel: it says so and offers to try again.
            (_session, _error) = (null, exception.Message);
        }
    }

    string Offset(StoredEvent stored)
    {
        var offset = stored.Timestamp - _session!.StartedAt;
        return offset.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)offset.TotalHours}:{offset:mm\\:ss}")
            : offset.ToString("m\\:ss", CultureInfo.InvariantCulture);
    }

    static string? Describe(StoredEvent stored) =>
        stored.ElementsChain.Length > 0 && Element.ParseChain(stored.ElementsChain) is [var clicked, ..]
            ? clicked.Text is { } text ? $"“{text}”" : $"<{clicked.TagName}>"
            : stored.Page;

    static string OrNone(string text) => text.Length == 0 ? "not known" : text;

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
