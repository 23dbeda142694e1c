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
    public async Task Entries_left_to_disk_come_between_those_in_memory()
    {
        await AppendAsync("memory 1", parsed: true);
        await AppendAsync("disk", parsed: false);
        await AppendAsync("also disk", parsed: true);
        var first = _inbox.Read(0, int.MaxValue);
        first.Count.ShouldBe(1);
        await AppendAsync("memory 2", parsed: true);
        var second = _inbox.Read(first[^1].Id, int.MaxValue);
        second.Select(Body).ShouldBe([BodyOf("disk"), BodyOf("also disk")]);
        _inbox.Read(second[^1].Id, int.MaxValue).Select(Body).ShouldBe([BodyOf("memory 2")]);
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
        var inbox = new DurableInbox(_folder, NullLogger<DurableInbox>.Instance);
        inbox.Open();
        return inbox;
    }

    async Task<long> AppendAsync(string name, bool parsed)
    {
        var body = Encoding.UTF8.GetBytes(BodyOf(name));
        var request = new RawRequest(CaptureLane.Events, body, "", "", "", null, "127.0.0.1", "agent", Arrival);
        var document = JsonDocument.Parse(body);
        var read = parsed ? new ParsedBody(document, EventReader.Read(document.RootElement, request, 1), body.Length) : null;
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
