using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;
using Prickle.Hosting;
using Prickle.Insights.Running;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Insights;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Sql;

/// <summary>The API around SQL on a loopback port, over one event of the caller's project.</summary>
public sealed class SqlApiHost(EngineFixture engine) : IAsyncLifetime
{
    readonly string _folder = MigratedFolder.New("prickle-sql-");
    readonly EventStore _events = new(engine);
    WebApplication? _app;

    public HttpClient Client { get; private set; } = null!;

    public SeededAccount Account { get; private set; } = null!;

    public EventStore Events => _events;

    public string Path => $"/api/projects/{Account.Project.Id}/sql";

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        await _events.InitializeAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Prickle", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_events.Time);
        builder.Services.AddSingleton(_events.Store);
        builder.Services.AddSingleton<StoreReadiness>();
        builder.Services.AddStorage(builder.Configuration, _folder);
        builder.Services.AddPrickleAuthentication();
        builder.Services.AddAccounts();
        builder.Services.AddActivity();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddSql(builder.Configuration);
        builder.Services.AddSingleton<ISqlFilterReader>(provider => new SqlFilterReading(
            new NamedThings(new FakeActions(), new FakeCohorts()), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddShell();
        _app = builder.Build();
        _app.UseApiErrors();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.UseApiGate();
        _app.UseAntiforgery();
        _app.MapProjectApi().MapSql();
        await _app.StartAsync();
        Account = await Get<AccountSeed>().SeedAsync("owner@burrow.test", "Burrow", "Production", "UTC", CancellationToken.None);
        await _events.AddAsync("opened", """{"plan": "pro, \"gold\""}""", project: Account.Project.Id);
        Client = ClientWith(Account.PersonalApiKey);
    }

    public HttpClient ClientWith(string key)
    {
        var address = Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(address),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Get<IEnumerable<IProjectDeletionListener>>().OfType<Prickle.Sql.Views.ProjectViews>().Single().DeleteAsync(Account.Project.Id, CancellationToken.None);
        await _app!.DisposeAsync();
        await _events.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class SqlApiTests(SqlApiHost host) : IClassFixture<SqlApiHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_tells_what_would_be_read()
    {
        var estimate = await host.Client.PostAsync($"{host.Path}/check", new { query = "SELECT {variables.a} FROM events", variables = new { a = 1 } }).JsonAsync();

        estimate.GetProperty("estimated_rows").GetInt32().ShouldBe(1);
        estimate.GetProperty("is_heavy").GetBoolean().ShouldBeFalse();
        estimate.GetProperty("variables")[0].GetString().ShouldBe("a");
    }

    [Fact]
    public async Task Filters_that_cannot_be_asked_are_a_problem_of_the_filters()
    {
        async Task<JsonElement> ProblemAsync(object filters) =>
            await host.Client.PostAsync($"{host.Path}/check", new { query = "SELECT 1 FROM events WHERE {filters}", filters }).JsonAsync(HttpStatusCode.BadRequest);

        var problem = await ProblemAsync(new { dateRange = new { date_from = "yesterday" } });
        (problem.Text("code"), problem.Text("attr")).ShouldBe(("invalid_filters", "filters"));
        problem.Text("detail").ShouldStartWith("'yesterday' is no date.");
        (await ProblemAsync(new { properties = new[] { new { key = "id", type = "cohort", @operator = "in", value = 88 } } })).Text("detail").ShouldStartWith("The project has no cohort 88.");
        (await ProblemAsync(new { properties = new[] { new { key = "sum(1)", type = "hogql" } } })).Text("detail").ShouldContain("looks at many rows");
        (await ProblemAsync("all")).Text("detail").ShouldStartWith("filters hold");
    }

    [Theory]
    [InlineData("SELECT\n  nope FROM events", "invalid_statement", 2, 3)]
    [InlineData("SELECT * FROM system.tables", "not_allowed", 1, 15)]
    [InlineData("SELECT {variables.a}", "invalid_variable", 1, 19)]
    public async Task A_statement_that_cannot_run_is_a_problem_with_its_place(string query, string code, int line, int column)
    {
        var problem = await host.Client.PostAsync($"{host.Path}/check", new { query }).JsonAsync(HttpStatusCode.BadRequest);

        problem.Text("code").ShouldBe(code);
        (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()).ShouldBe((line, column));
        problem.Text("detail").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"query": 5}""")]
    [InlineData("""{"query": "SELECT 1", "variables": {"a": {"type": "colour"}}}""")]
    public async Task A_body_of_another_shape_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync(new Uri($"{host.Path}/check", UriKind.Relative), content, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_schema_names_tables_columns_properties_and_functions()
    {
        var schema = await host.Client.FetchAsync($"{host.Path}/schema").JsonAsync();

        var events = schema.GetProperty("tables")[0];
        events.Text("name").ShouldBe("events");
        events.GetProperty("columns").EnumerateArray().Select(column => column.Text("name")).ShouldContain("timestamp");
        events.GetProperty("properties").EnumerateArray().Select(property => property.Text("path")).ShouldContain("properties.plan");
        var functions = schema.GetProperty("functions").EnumerateArray().Select(name => name.GetString()).ToList();
        functions.ShouldContain("uniqExact");
        functions.ShouldNotContain("hostName");
        functions.ShouldNotContain("file");
    }

    [Fact]
    public async Task A_result_is_downloaded_as_csv_or_json()
    {
        const string query = "SELECT event, properties.plan AS plan, NULL AS nothing FROM events";
        using var csv = await host.Client.PostAsync($"{host.Path}/export", new { query, format = "csv" });
        (await csv.Content.ReadAsStringAsync(Cancellation)).ShouldBe("event,plan,nothing\r\nopened,\"pro, \"\"gold\"\"\",\r\n");

        var json = await host.Client.PostAsync($"{host.Path}/export", new { query, format = "json" }).JsonAsync();
        json[0].Text("plan").ShouldBe("pro, \"gold\"");
        json[0].GetProperty("nothing").ValueKind.ShouldBe(JsonValueKind.Null);

        (await host.Client.PostAsync($"{host.Path}/export", new { query = "DROP TABLE events" }).JsonAsync(HttpStatusCode.BadRequest)).Text("code").ShouldBe("not_allowed");
    }

    [Fact]
    public async Task A_saved_query_lives_and_ends()
    {
        var saved = await host.Client.PostAsync($"{host.Path}/queries", new
        {
            name = " Plans ",
            query = "SELECT {variables.plan}",
            variables = new[] { new { name = "plan", type = "string", @default = "pro" } },
        }).JsonAsync(HttpStatusCode.Created);
        var path = $"{host.Path}/queries/{saved.Text("id")}";
        (saved.Text("name"), saved.Text("created_by")).ShouldBe(("Plans", "owner@burrow.test"));

        (await host.Client.PatchAsync(path, new { description = "Which plans there are" }).JsonAsync()).Text("query").ShouldBe("SELECT {variables.plan}");
        (await host.Client.FetchAsync($"{host.Path}/queries?search=WHICH").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(1);
        (await host.Client.FetchAsync($"{host.Path}/queries?search=nothing").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(0);
        (await host.Client.PatchAsync(path, new { name = " " }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("name");

        await host.Client.EraseAsync(path).JsonAsync(HttpStatusCode.NoContent);
        await host.Client.FetchAsync(path).JsonAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_saved_query_keeps_what_its_filters_stand_for()
    {
        const string filters = """{"dateRange":{"date_from":"-30d","explicitDate":false},"properties":{"type":"AND","values":[{"key":"plan","type":"person","operator":"exact","value":["pro"]}]},"filterTestAccounts":true}""";
        var saved = await host.Client.PostAsync($"{host.Path}/queries", new { name = "Filtered", query = "SELECT count() FROM events WHERE {filters}", filters = JsonElement.Parse(filters) })
            .JsonAsync(HttpStatusCode.Created);
        var path = $"{host.Path}/queries/{saved.Text("id")}";

        var kept = (await host.Client.FetchAsync(path).JsonAsync()).GetProperty("filters");
        SqlFilters.Read(kept)!.Says(SqlFilters.Read(JsonElement.Parse(filters))!).ShouldBeTrue(kept.ToString());
        // A change of something else leaves them; null takes them away.
        (await host.Client.PatchAsync(path, new { name = "Filtered still" }).JsonAsync()).GetProperty("filters").GetProperty("filterTestAccounts").GetBoolean().ShouldBeTrue();
        var emptied = (await host.Client.PatchAsync(path, new { filters = (object?)null }).JsonAsync()).GetProperty("filters");
        SqlFilters.Read(emptied)!.IsEmpty.ShouldBeTrue(emptied.ToString());
        (await host.Client.PatchAsync(path, new { filters = new { properties = 7 } }).JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldStartWith("filters");
        await host.Client.EraseAsync(path).JsonAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task History_is_kept_for_the_one_who_ran_it()
    {
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation);
        var actor = new Actor((await database.Users.SingleAsync(Cancellation)).Id, host.Account.Email);
        var grant = (await host.Get<ProjectAccess>().FindAsync(actor, host.Account.Project.Id, Cancellation)).ShouldNotBeNull();
        await host.Get<AnswerSqlQuery>().RunAsync(grant, new SqlRequest("SELECT 1"), Cancellation);
        await host.Get<AnswerSqlQuery>().RunAsync(grant, new SqlRequest("SELECT nope"), Cancellation);

        var history = await host.Client.FetchAsync($"{host.Path}/history").JsonAsync();

        var entries = history.GetProperty("results").EnumerateArray().ToList();
        entries.Select(entry => entry.Text("statement")).ShouldBe(["SELECT nope", "SELECT 1"], ignoreOrder: true);
        entries.Single(entry => entry.Text("statement") == "SELECT 1").GetProperty("row_count").GetInt32().ShouldBe(1);
        entries.Single(entry => entry.Text("statement") == "SELECT nope").Text("refusal").ShouldContain("nope");
        await host.Client.EraseAsync($"{host.Path}/history").JsonAsync(HttpStatusCode.NoContent);
        (await host.Client.FetchAsync($"{host.Path}/history").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Another_projects_address_leads_nowhere() =>
        await host.Client.FetchAsync("/api/projects/999999/sql/queries").JsonAsync(HttpStatusCode.NotFound);
}
