using System.Net;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Flags.Schedule;
using Prickle.Flags.Storage;
using Prickle.Groups;
using Prickle.Groups.Storage;
using Prickle.Persons;
using Prickle.Persons.Storage;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Flags;

/// <summary>What flags keep, in a real PostgreSQL with two nodes over it.</summary>
public sealed class FlagPostgresTests(SharedPostgres shared)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Definitions_hash_keys_editions_schedules_and_conflicts_work_as_on_sqlite()
    {
        var settings = new Dictionary<string, string?> { ["Database:Url"] = await (await shared.StartedAsync()).NewDatabaseAsync() };
        await using var one = await AccountsHost.StartSetUpAsync(settings: settings);
        await using var two = await AccountsHost.StartAsync(settings: settings);
        var grant = await one.ProjectAsync();
        var flag = await MakeAsync(one, grant);

        await DefinitionsAsync(two, grant, flag);
        await EditionsAsync(one, two, grant, flag);
        await ConflictAsync(one, two, grant, flag.Id);
        await HashKeysAsync(one, two, grant);
        await AccessAsync(one, two, grant);
        await ScheduleAsync(one, two, grant, flag.Id);
    }

    static async Task<FeatureFlag> MakeAsync(AccountsHost host, ProjectGrant grant) => (await host.Get<FlagAdministration>().CreateAsync(
        grant, new FlagSettings
        {
            Key = "new-nav",
            Tags = ["web", "näv"],
            EnsureExperienceContinuity = true,
            Filters = new FlagFilters { Groups = [new FlagCondition { RolloutPercentage = 50, Description = "Half" }], Payloads = new Dictionary<string, string> { ["true"] = """{"a":"ü"}""" } },
        }, Cancellation)).ShouldBeOfType<Outcome<FeatureFlag>.Done>().Value;

    static async Task DefinitionsAsync(AccountsHost host, ProjectGrant grant, FeatureFlag flag)
    {
        using var program = await host.ProgramAsync(AccountsHost.OwnerEmail, "feature_flag:read");
        var defined = (await program.FetchAsync($"/flags/definitions?token={grant.Project.Token}").JsonAsync()).GetProperty("flags")[0];
        defined.Text("key").ShouldBe("new-nav");
        defined.GetProperty("filters").GetProperty("payloads").Text("true").ShouldBe("""{"a":"ü"}""");
        (await host.Get<FlagQueries>().FindByKeyAsync(grant.ProjectId, "new-nav", Cancellation))!.Settings.Tags.ShouldBe(flag.Settings.Tags);
        (await host.Get<FlagQueries>().ListAsync(grant.ProjectId, new FlagFilter { Tag = "NÄV" }, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(flag.Id);
    }

    // What one node changes, the other sees by the number that grew.
    static async Task EditionsAsync(AccountsHost one, AccountsHost two, ProjectGrant grant, FeatureFlag flag)
    {
        (await two.Get<FlagDirectory>().OfProjectAsync(grant.ProjectId, Cancellation)).Find("new-nav")!.Flag.Settings.Active.ShouldBeTrue();
        (await one.Get<FlagAdministration>().UpdateAsync(grant, flag.Id, flag.Settings with { Active = false }, Cancellation)).ShouldBeOfType<Outcome<FeatureFlag>.Done>();
        two.Time.Advance(FlagDirectory.Refresh);
        (await two.Get<FlagDirectory>().OfProjectAsync(grant.ProjectId, Cancellation)).Find("new-nav")!.Flag.Settings.Active.ShouldBeFalse();
    }

    static async Task ConflictAsync(AccountsHost one, AccountsHost two, ProjectGrant grant, int id)
    {
        var known = (await one.Get<FlagQueries>().FindAsync(grant.ProjectId, id, Cancellation))!;
        var outcomes = await Task.WhenAll(new[] { one, two }.Select(node => node.Get<FlagAdministration>().UpdateAsync(
            grant, id, known.Settings with { Active = true, Name = "Either" }, Cancellation, known.Version)));
        outcomes.OfType<Outcome<FeatureFlag>.Done>().ShouldHaveSingleItem().Value.Version.ShouldBe(known.Version + 1);
        outcomes.OfType<Outcome<FeatureFlag>.Refused>().ShouldHaveSingleItem().Refusal.Attribute.ShouldBe("version");
        // A key is taken once, also in the same moment.
        var made = await Task.WhenAll(new[] { one, two }.Select(node => node.Get<FlagAdministration>().CreateAsync(grant, new FlagSettings { Key = "once" }, Cancellation)));
        made.OfType<Outcome<FeatureFlag>.Done>().ShouldHaveSingleItem();
    }

    static async Task HashKeysAsync(AccountsHost one, AccountsHost two, ProjectGrant grant)
    {
        await using (var database = await one.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation))
        {
            var person = Guid.CreateVersion7();
            database.Add(new PersonRow { Id = person, ProjectId = grant.ProjectId, Properties = """{"plan":"pro"}""", CreatedAt = 1, Version = 1 });
            database.AddRange(
                new PersonDistinctIdRow { ProjectId = grant.ProjectId, DistinctId = "member", PersonId = person, Version = 1 },
                new PersonDistinctIdRow { ProjectId = grant.ProjectId, DistinctId = "phone", PersonId = person, Version = 2 });
            database.Add(new GroupRow { ProjectId = grant.ProjectId, TypeIndex = 0, Key = "acme", Name = "Acme", Properties = """{"size":3}""" });
            await database.SaveChangesAsync(Cancellation);
        }
        // What the other node changed a moment ago is known to both by then.
        one.Time.Advance(FlagDirectory.Refresh);
        two.Time.Advance(FlagDirectory.Refresh);
        // The same visitor asks two nodes at once: one of them keeps who they were, and both say the same.
        var asked = await Task.WhenAll(new[] { one, two }.Select(node => SubjectAsync(node, grant, new FlagRequest("member") { AnonymousId = "visitor" })));
        asked.ShouldAllBe(subject => subject.HashOverrides["new-nav"] == "visitor");
        (await SubjectAsync(two, grant, new FlagRequest("phone"))).HashOverrides["new-nav"].ShouldBe("visitor");
        (await two.Get<PersonLookup>().FindAsync(grant.ProjectId, "phone", Cancellation, 10)).DistinctIds.ShouldBe(["member", "phone"]);
        (await two.Get<GroupQueries>().FindAsync(grant.ProjectId, 0, "acme", Cancellation))!.Properties.GetProperty("size").GetInt32().ShouldBe(3);
        await using var reading = two.Get<PreparedReads>().Begin();
        (await GroupQueries.PropertiesAsync(reading, grant.ProjectId, 0, "acme", Cancellation)).GetProperty("size").GetInt32().ShouldBe(3);
        (await two.Get<PersonLookup>().FindAsync(reading, grant.ProjectId, "phone", Cancellation)).Properties.GetProperty("plan").GetString().ShouldBe("pro");
        (await two.Get<PersonLookup>().FindAsync(reading, grant.ProjectId, "stranger", Cancellation, 10)).Properties.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Undefined);
    }

    // Of what one node takes away the other gives nothing from then on: keys and memberships are read each time.
    static async Task AccessAsync(AccountsHost one, AccountsHost two, ProjectGrant grant)
    {
        var definitions = $"/flags/definitions?token={grant.Project.Token}";
        var limited = new PersonalKeySettings { Name = "Limited", Scopes = ["feature_flag:read", "person:read"], ProjectIds = [grant.ProjectId], ExpiresAt = two.Time.GetUtcNow().AddHours(1) };
        using var program = two.Program(await one.KeyAsync(AccountsHost.OwnerEmail, limited));
        await program.FetchAsync(definitions).JsonAsync();
        using var elsewhere = two.Program(await one.KeyAsync(AccountsHost.OwnerEmail, limited with { ProjectIds = [] }));
        await elsewhere.FetchAsync(definitions).JsonAsync(HttpStatusCode.NotFound);
        var key = (await one.Get<PersonalKeys>().ListAsync(await one.ActorAsync(AccountsHost.OwnerEmail), Cancellation)).Single(known => known.ProjectIds is [_]);
        (await one.Get<PersonalKeys>().DeleteAsync(await one.ActorAsync(AccountsHost.OwnerEmail), key.Id, Cancellation)).ShouldBeOfType<Outcome<PersonalKey>.Done>();
        await program.FetchAsync(definitions).JsonAsync(HttpStatusCode.Unauthorized);

        var member = await one.JoinAsync(Role.Member, "member@burrow.example", grant.ProjectId);
        using var ofMember = await two.ProgramAsync("member@burrow.example", "feature_flag:read");
        await ofMember.FetchAsync(definitions).JsonAsync();
        (await one.Get<Members>().RemoveAsync(await one.OrganizationAsync(), member.UserId, Cancellation)).ShouldBeOfType<Outcome<Member>.Done>();
        await ofMember.FetchAsync(definitions).JsonAsync(HttpStatusCode.NotFound);

        var secret = (await one.Get<ProjectSecretKeys>().CreateAsync(grant, Cancellation)).ShouldBeOfType<Outcome<IssuedProjectSecretKey>.Done>().Value;
        using var server = two.Program(secret.Value);
        await server.FetchAsync(definitions).JsonAsync();
        (await one.Get<ProjectSecretKeys>().DeleteAsync(grant, secret.Key.Id, Cancellation)).ShouldBeOfType<Outcome<ProjectSecretKey>.Done>();
        await server.FetchAsync(definitions).JsonAsync(HttpStatusCode.Unauthorized);
    }

    static async Task<FlagSubject> SubjectAsync(AccountsHost host, ProjectGrant grant, FlagRequest request)
    {
        var flags = await host.Get<FlagDirectory>().OfProjectAsync(grant.ProjectId, Cancellation);
        return await host.Get<FlagSubjects>().OfAsync(grant.ProjectId, flags, flags.All, request, Cancellation);
    }

    // Both nodes find the steps due, and each is done once.
    static async Task ScheduleAsync(AccountsHost one, AccountsHost two, ProjectGrant grant, int id)
    {
        var before = (await one.Get<FlagQueries>().FindAsync(grant.ProjectId, id, Cancellation))!;
        var set = before.Settings.Filters.Groups[0];
        var start = Latest(one, two);
        (await one.Get<FlagSchedule>().AddAsync(grant, id, [.. Enumerable.Range(1, 4).Select(step => new FlagStepDraft(start + TimeSpan.FromHours(step), new FlagScheduledChange.Rollout(0, set, 60 + step)))], Cancellation))
            .ShouldBeOfType<Outcome<IReadOnlyList<FlagStep>>.Done>();
        one.Time.Advance(TimeSpan.FromDays(1));
        two.Time.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(one.Get<FlagScheduleRunner>().RunDueAsync(Cancellation), two.Get<FlagScheduleRunner>().RunDueAsync(Cancellation));
        var after = (await two.Get<FlagQueries>().FindAsync(grant.ProjectId, id, Cancellation))!;
        after.Settings.Filters.Groups[0].RolloutPercentage.ShouldBe(64);
        after.Version.ShouldBe(before.Version + 4);
        (await two.Get<FlagSchedule>().ListAsync(grant.ProjectId, id, Cancellation)).ShouldAllBe(step => step.State == FlagStepState.Applied);
        (await one.Get<FlagAdministration>().HistoryAsync(grant, id, 100, 0, Cancellation)).Items.Count(item => item.UserEmail == $"Schedule by {AccountsHost.OwnerEmail}").ShouldBe(4);
    }

    static DateTimeOffset Latest(AccountsHost one, AccountsHost two) => one.Time.GetUtcNow() > two.Time.GetUtcNow() ? one.Time.GetUtcNow() : two.Time.GetUtcNow();
}
