using System.Net;
using System.Text;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Cohorts.Calculation;
using Prickle.Tests.Accounts;
using Prickle.Tests.Events;

namespace Prickle.Tests.Cohorts;

/// <summary>Actions, cohorts and annotations as programs see them.</summary>
public sealed class DefinitionApiTests(CohortHost host) : IClassFixture<CohortHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_action_is_made_previewed_changed_copied_and_deleted()
    {
        await host.DoAsync("clicker", "$pageview", TimeSpan.FromDays(1), """{"$current_url":"https://shop.test/pricing"}""");
        var steps = new[] { new { @event = "$pageview", url = "/pricing", url_matching = "contains" } };
        (await host.Client.PostAsync($"{host.Path}/actions/preview", new { steps }).JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
        var made = await host.Client.PostAsync($"{host.Path}/actions", new { name = "Saw prices", tags = new[] { "funnel" }, steps }).JsonAsync(HttpStatusCode.Created);
        made.GetProperty("steps")[0].Text("url").ShouldBe("/pricing");
        var path = $"{host.Path}/actions/{made.GetProperty("id").GetInt32()}";
        (await host.Client.PatchAsync(path, new { description = "Anywhere" }).JsonAsync()).Text("name").ShouldBe("Saw prices");
        (await host.Client.PostAsync($"{path}/duplicate", new { }).JsonAsync()).Text("name").ShouldBe("Saw prices (copy)");
        (await host.Client.FetchAsync($"{host.Path}/actions?search=prices").JsonAsync()).GetProperty("count").GetInt32().ShouldBe(2);
        (await host.Client.EraseAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.Client.FetchAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"name":"x","steps":[{"selector":"a + b"}]}""", "steps[0].selector")]
    [InlineData("""{"name":"x","steps":[{"url":"(","url_matching":"regex"}]}""", "steps[0].url")]
    [InlineData("""{"name":"x","steps":[{"text":"x","text_matching":"like"}]}""", "steps[0].text_matching")]
    [InlineData("""{"name":"x","steps":[]}""", "steps")]
    [InlineData("""{"name":" ","steps":[{"event":"x"}]}""", "name")]
    [InlineData("""{"name":"x","steps":[{"event":"x","properties":[{"key":"1 = 1","type":"hogql"}]}]}""", "steps[0].properties")]
    public async Task An_action_that_cannot_be_asked_for_is_refused_by_name(string body, string attribute)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await host.Client.PostAsync(new Uri($"{host.Path}/actions", UriKind.Relative), content, Cancellation).JsonAsync(HttpStatusCode.BadRequest);
        problem.Text("attr").ShouldBe(attribute);
    }

    [Fact]
    public async Task A_cohort_takes_the_fields_shape_and_gives_it_back()
    {
        await host.DoAsync("shaper", "shaped", TimeSpan.FromDays(1));
        await host.DoAsync("shaper", "shaped", TimeSpan.FromDays(2));
        const string filters =
            """{"properties":{"type":"OR","values":[{"type":"AND","values":[{"type":"behavioral","value":"performed_event_multiple","key":"shaped","event_type":"events","time_value":30,"time_interval":"day","negation":false,"operator":"gte","operator_value":2}]}]}}""";
        var body = new { name = "Shapers", filters = JsonElement.Parse(filters) };
        (await host.Client.PostAsync($"{host.Path}/cohorts/preview", body).JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
        var made = await host.Client.PostAsync($"{host.Path}/cohorts", body).JsonAsync(HttpStatusCode.Created);
        JsonElement.DeepEquals(made.GetProperty("filters"), JsonElement.Parse(filters)).ShouldBeTrue(made.GetProperty("filters").GetRawText());
        await host.Get<CohortWorker>().RunDueAsync(Cancellation);
        var path = $"{host.Path}/cohorts/{made.GetProperty("id").GetInt32()}";
        (await host.Client.FetchAsync(path).JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
        (await host.Client.FetchAsync($"{path}/persons").JsonAsync()).GetProperty("results")[0].GetProperty("id").GetGuid().ShouldBe(EventStore.PersonOf("shaper"));
        (await host.Client.PatchAsync($"{path}/add_persons_to_static_cohort", new { person_ids = new[] { Guid.NewGuid() } })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_static_cohort_takes_people_by_id_and_by_file()
    {
        var first = await host.AddPersonAsync("by-id");
        await host.AddPersonAsync("by-file");
        var made = await host.Client.PostAsync($"{host.Path}/cohorts", new { name = "By hand", is_static = true }).JsonAsync(HttpStatusCode.Created);
        var path = $"{host.Path}/cohorts/{made.GetProperty("id").GetInt32()}";
        (await host.Client.PatchAsync($"{path}/add_persons_to_static_cohort", new { person_ids = new[] { first } }).JsonAsync()).GetProperty("added").GetInt32().ShouldBe(1);
        using var file = new StringContent("by-file\nnobody\n", Encoding.UTF8, "text/csv");
        var added = await host.Client.PostAsync(new Uri($"{path}/upload", UriKind.Relative), file, Cancellation).JsonAsync();
        (added.GetProperty("added").GetInt32(), added.GetProperty("unknown_count").GetInt32()).ShouldBe((1, 1));
        (await host.Client.FetchAsync(path).JsonAsync()).GetProperty("count").GetInt64().ShouldBe(2);
        (await host.Client.PatchAsync($"{path}/remove_person_from_static_cohort", new { person_id = first }).JsonAsync()).GetProperty("count").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task An_annotation_of_the_project_shows_on_every_chart_over_its_moment()
    {
        var made = await host.Client.PostAsync($"{host.Path}/annotations", new { content = "Released 2.0", date_marker = "2026-02-10T12:00:00Z", tags = new[] { "release" } })
            .JsonAsync(HttpStatusCode.Created);
        made.Text("scope").ShouldBe("project");
        var book = host.Get<AnnotationBook>();
        DateTimeOffset At(int day) => new(2026, 2, day, 0, 0, 0, TimeSpan.Zero);
        (await book.BetweenAsync(host.Grant.Project, At(10), At(11), Cancellation)).ShouldHaveSingleItem().Content.ShouldBe("Released 2.0");
        (await book.BetweenAsync(host.Grant.Project, At(11), At(12), Cancellation)).ShouldBeEmpty();
        // Another project of the organization sees it once it is the organization's.
        var sister = host.Grant.Project with { Id = host.Grant.ProjectId + 1000 };
        (await book.BetweenAsync(sister, At(10), At(11), Cancellation)).ShouldBeEmpty();
        var path = $"{host.Path}/annotations/{made.GetProperty("id").GetInt32()}";
        await host.Client.PatchAsync(path, new { scope = "organization" }).JsonAsync();
        (await book.BetweenAsync(sister, At(10), At(11), Cancellation)).ShouldHaveSingleItem();
        (await host.Client.EraseAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await book.BetweenAsync(sister, At(10), At(11), Cancellation)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("actions")]
    [InlineData("cohorts")]
    [InlineData("annotations")]
    public async Task Another_organization_sees_nothing(string resource)
    {
        (await host.OtherClient.FetchAsync($"{host.Path}/{resource}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.OtherClient.FetchAsync($"{host.Path}/{resource}/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.OtherClient.EraseAsync($"{host.Path}/{resource}/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_reader_changes_nothing()
    {
        var reader = host.Grant with { Role = Role.Viewer };
        var outcome = await host.Get<AnnotationBook>().CreateAsync(reader, new AnnotationSettings { Content = "x" }, Cancellation);
        outcome.ShouldBeOfType<Outcome<Annotation>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.PermissionDenied);
    }
}
