using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.Capture.Inbox;
using Prickle.Capture.Receiving;

namespace Prickle.Tests.Capture;

public sealed class DurableInboxTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("prickle-inbox-").FullName;
    DurableInbox _inbox;

    public DurableInboxTests() => _inbox = Open();

    [Fact]
    public async Task What_was_accepted_is_there_in_order_after_a_restart_and_what_was_completed_is_not()
    {
        var ids = new List<long>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            ids.Add(await AppendAsync(name, parsed: true));
        }

        _inbox.Read(0, int.MaxValue).Select(entry => entry.Parsed!.Read.Events.Single().Name).ShouldBe(["a", "b", "c"]);
        _inbox.Complete(ids[0], 1);
        await AppendAsync("d", parsed: false);
        var node = _inbox.NodeId;
        await _inbox.DisposeAsync();

        _inbox = Open();
        _inbox.NodeId.ShouldBe(node);
        _inbox.Count.ShouldBe(3);
        _inbox.LastIdAtStart.ShouldBe(ids[0] + 3);
        var entries = _inbox.Read(0, int.MaxValue);
        entries.Select(Body).ShouldBe([BodyOf("b"), BodyOf("c"), BodyOf("d")]);
        entries[0].Request.ReceivedAt.ShouldBe(Arrival);
        entries[0].Request.UserAgent.ShouldBe("agent");
    }

    [Fact]
    public async Task What_is_left_to_disk_keeps_its_place_and_what_comes_behind_it_is_left_there_too()
    {
        await AppendAsync("memory 1", parsed: true);
        await AppendAsync("disk", parsed: false);
        await AppendAsync("also disk", parsed: true);
        var first = _inbox.Read(0, int.MaxValue);
        first.Select(Body).ShouldBe([BodyOf("memory 1")]);
        first.ShouldAllBe(entry => entry.Parsed != null);
        await AppendAsync("disk again", parsed: true);
        var second = _inbox.Read(first[^1].Id, int.MaxValue);
        second.Select(Body).ShouldBe([BodyOf("disk"), BodyOf("also disk"), BodyOf("disk again")]);
        second.ShouldAllBe(entry => entry.Parsed == null);

        await AppendAsync("memory 2", parsed: true);
        var third = _inbox.Read(second[^1].Id, int.MaxValue);
        third.Select(Body).ShouldBe([BodyOf("memory 2")]);
        third.ShouldAllBe(entry => entry.Parsed != null);
        _inbox.Read(third[^1].Id, int.MaxValue).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_room_in_memory_is_closed_while_anything_waits_on_disk()
    {
        await AppendAsync("disk", parsed: false);
        (await _inbox.Room.EnterAsync(1, TimeSpan.Zero, TestContext.Current.CancellationToken)).ShouldBeNull();

        _inbox.Read(0, int.MaxValue).Count.ShouldBe(1);
        using var place = await _inbox.Room.EnterAsync(1, TimeSpan.Zero, TestContext.Current.CancellationToken);
        place.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_on_disk_at_the_start_comes_before_what_is_new()
    {
        await AppendAsync("before", parsed: true);
        await _inbox.DisposeAsync();

        _inbox = Open();
        await AppendAsync("after", parsed: true);
        _inbox.Read(0, int.MaxValue).Select(Body).ShouldBe([BodyOf("before"), BodyOf("after")]);
    }

    [Fact]
    public async Task A_request_that_is_put_aside_outlives_its_completion()
    {
        var id = await AppendAsync("bad", parsed: false);
        _inbox.Quarantine(_inbox.Read(0, int.MaxValue).Single(), "no reason to speak of");
        _inbox.Complete(id, 1);
        // Completed entries go with the next round.
        await AppendAsync("next", parsed: false);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "inbox.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM entries) || ' ' || (SELECT why FROM quarantine)";
        command.ExecuteScalar().ShouldBe("1 no reason to speak of");
    }

    static DateTimeOffset Arrival { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    DurableInbox Open()
    {
        var inbox = new DurableInbox(_folder, TimeProvider.System, NullLogger<DurableInbox>.Instance);
        inbox.Open();
        return inbox;
    }

    async Task<long> AppendAsync(string name, bool parsed)
    {
        var body = Encoding.UTF8.GetBytes(BodyOf(name));
        var request = new RawRequest(CaptureLane.Events, body, "", "", "", null, "127.0.0.1", "agent", Arrival);
        var document = JsonDocument.Parse(body);
        var place = parsed ? await _inbox.Room.EnterAsync(body.Length, TimeSpan.Zero, TestContext.Current.CancellationToken) : null;
        var read = parsed ? new ParsedBody(document, EventReader.Read(document.RootElement, request, 1), null, place) : null;
        var outcome = await _inbox.AppendAsync(1, request, read, TestContext.Current.CancellationToken);
        return outcome.ShouldBeOfType<AppendOutcome.Accepted>().Id;
    }

    static string BodyOf(string name) => $$"""{"event":"{{name}}","distinct_id":"x"}""";

    static string Body(InboxEntry entry) => Encoding.UTF8.GetString(entry.Request.Body.Span);

    public async ValueTask DisposeAsync()
    {
        await _inbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
