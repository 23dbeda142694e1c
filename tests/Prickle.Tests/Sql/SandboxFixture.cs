using System.Text.Json;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Running;
using Prickle.Sql;
using Prickle.Sql.Checking;
using Prickle.Sql.Running;
using Prickle.Sql.Views;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Insights;

namespace Prickle.Tests.Sql;

/// <summary>
/// Two projects in the tests' engine. The one that asks has three events: two of ann (plan pro), one of bob (plan free).
/// The other has one, of mallory, with the property secret.
/// </summary>
public sealed class SandboxFixture(EngineFixture engine) : IAsyncLifetime
{
    public const int OtherProject = EventStore.Project + 1;

    readonly EventStore _events = new(engine);
    readonly List<int> _further = [];
    ProjectViews? _views;

    public EventStore Events => _events;

    public Project Own { get; } = ProjectOf(EventStore.Project, "Europe/Berlin");

    public Project Other { get; } = ProjectOf(OtherProject, "UTC");

    public SqlSandbox Sandbox { get; private set; } = null!;

    public string OwnDatabase => ProjectViews.DatabaseOf(_events.Store.Endpoint, Own.Id);

    public string OtherDatabase => ProjectViews.DatabaseOf(_events.Store.Endpoint, Other.Id);

    public string ProductDatabase => _events.Store.Endpoint.Database;

    internal ProjectViews Views => _views!;

    public static Project ProjectOf(int id, string zone) =>
        new(id, 1, "Burrow", "token", zone, false, null, [], EventStore.Now);

    public async ValueTask InitializeAsync()
    {
        await _events.InitializeAsync();
        await _events.AddAsync("opened", """{"$browser": "Firefox", "amount": 5, "plan.name": "gold", "odd key": "x"}""", "ann");
        await _events.AddAsync("closed", """{"$browser": "Firefox", "amount": 7.5}""", "ann");
        await _events.AddAsync("opened", """{"$browser": "Chrome", "amount": "abc"}""", "bob");
        await _events.AddAsync("opened", """{"secret": "carrot"}""", "mallory", project: OtherProject);
        await _events.AddPersonAsync(EventStore.PersonOf("ann"), """{"plan": "pro"}""");
        await _events.AddPersonAsync(EventStore.PersonOf("bob"), """{"plan": "free"}""");
        _views = new ProjectViews(_events.Store);
        await _views.EnsureAsync(Other, CancellationToken.None);
        Sandbox = NewSandbox(new SqlOptions());
    }

    public SqlSandbox NewSandbox(SqlOptions options) => SandboxOf(_events.Store, _views!, options, _events.Time);

    /// <summary>The product's sandbox over any store of the tests.</summary>
    internal static SqlSandbox SandboxOf(ClickHouseStore store, ProjectViews views, SqlOptions options, TimeProvider time, FakeCohorts? cohorts = null)
    {
        var wrapped = Options.Create(options);
        var connection = new SandboxConnection(store, wrapped);
        return new SqlSandbox(
            views, connection, new StatementCheck(connection, new EngineFunctions(store, time)), new Prickle.Sql.Running.ProjectTurns(wrapped), new RunningStatements(),
            new SqlFilterReading(new NamedThings(new FakeActions(), cohorts ?? new FakeCohorts()), time), wrapped, TimeProvider.System);
    }

    /// <summary>The rows of a statement that must run, as JSON.</summary>
    public async Task<string> RowsAsync(string statement, params SqlVariable[] variables) =>
        JsonSerializer.Serialize((await AnswerAsync(new SqlRequest(statement) { Variables = variables })).Results);

    public async Task<SqlAnswer> AnswerAsync(SqlRequest request, SqlSandbox? sandbox = null)
    {
        var outcome = await (sandbox ?? Sandbox).RunAsync(Own, request, TestContext.Current.CancellationToken);
        return outcome is SqlOutcome<SqlAnswer>.Refused { Refusal: var refusal }
            ? throw new ShouldAssertException($"Refused ({refusal.Reason}, {refusal.Line}:{refusal.Column}): {refusal.Detail}")
            : ((SqlOutcome<SqlAnswer>.Done)outcome).Value;
    }

    /// <summary>The refusal of a statement that must not run.</summary>
    public async Task<SqlRefusal> RefusalAsync(SqlRequest request, SqlSandbox? sandbox = null)
    {
        var outcome = await (sandbox ?? Sandbox).RunAsync(Own, request, TestContext.Current.CancellationToken);
        return outcome is SqlOutcome<SqlAnswer>.Done { Value: var answer }
            ? throw new ShouldAssertException($"It ran: {answer.Sql} gave {JsonSerializer.Serialize(answer.Results)}")
            : ((SqlOutcome<SqlAnswer>.Refused)outcome).Refusal;
    }

    public Task<SqlRefusal> RefusalAsync(string statement) => RefusalAsync(new SqlRequest(statement));

    internal void Remember(int projectId) => _further.Add(projectId);

    public async ValueTask DisposeAsync()
    {
        foreach (var id in (int[])[Own.Id, Other.Id, .. _further])
        {
            await _views!.DeleteAsync(id, CancellationToken.None);
        }
        _views!.Dispose();
        await _events.DisposeAsync();
    }
}
