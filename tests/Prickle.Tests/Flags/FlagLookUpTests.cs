using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Flags;
using Prickle.Persons;
using Prickle.Storage;
using static Prickle.Tests.Flags.FlagMaking;

namespace Prickle.Tests.Flags;

/// <summary>A request looks up no more than its flags need.</summary>
public sealed class FlagLookUpTests(FlagHost host) : IClassFixture<FlagHost>
{
    [Theory]
    // What the request says, what the flag asks for, and how often the store is asked.
    [InlineData("{}", """{"groups":[{"rollout_percentage":50}]}""", 0)]
    [InlineData("""{"plan":"pro"}""", """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}""", 0)]
    [InlineData("""{"plan":null}""", """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}""", 0)]
    [InlineData("{}", """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}""", 1)]
    [InlineData("""{"plan":"pro"}""", """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"},{"key":"age","type":"person","operator":"gt","value":3}]}]}""", 1)]
    [InlineData("""{"$feature_enrollment/f":true}""", """{"groups":[{}],"feature_enrollment":true}""", 0)]
    public async Task The_person_is_looked_up_once_or_not_at_all(string given, string filters, int times)
    {
        var databases = new CountedDatabases(host.Get<IDbContextFactory<PrickleDatabase>>());
        using var reads = new PreparedReads(databases);
        var subjects = new FlagSubjects(new PersonLookup(databases, reads), host.Get<FlagMembers>(), [], databases, reads, TimeProvider.System);
        var flags = Compile(Flag("f", filters), Flag("g", Rollout(50), 2));
        var subject = await subjects.OfAsync(
            host.Project.Id, flags, flags.All, new FlagRequest("somebody") { PersonProperties = JsonElement.Parse(given) }, TestContext.Current.CancellationToken);
        databases.Opened.ShouldBe(times);
        FlagEvaluator.Evaluate(flags.All, subject).ShouldAllBe(answer => answer.Error == null);
    }

    [Fact]
    public async Task Where_the_analytical_store_is_away_only_flags_on_looked_up_cohorts_fail()
    {
        var nowhere = new ClickHouseStore(() => new ClickHouseEndpoint(new Uri("http://127.0.0.1:9/"), "default", "", "prickle", IsEmbedded: false));
        using var members = new FlagMembers(new CohortQueries(host.Get<IDbContextFactory<PrickleDatabase>>(), nowhere, null!), TimeProvider.System);
        var subjects = new FlagSubjects(
            host.Get<PersonLookup>(), members, [], host.Get<IDbContextFactory<PrickleDatabase>>(), host.Get<PreparedReads>(), TimeProvider.System);
        var flags = CompiledFlags.Of(
            [Flag("for-members", When("""{"key":"id","type":"cohort","value":1}""")), Flag("for-all", Rollout(100), 2)],
            new Dictionary<int, CohortSettings> { [1] = new() { IsStatic = true } }, new Dictionary<int, string>());
        var subject = await subjects.OfAsync(host.Project.Id, flags, flags.All, new FlagRequest("somebody"), TestContext.Current.CancellationToken);
        var answers = FlagEvaluator.Evaluate(flags.All, subject);
        answers[0].Error.ShouldNotBeNull();
        answers[1].IsEnabled.ShouldBeTrue();
    }

    sealed class CountedDatabases(IDbContextFactory<PrickleDatabase> inner) : IDbContextFactory<PrickleDatabase>
    {
        public int Opened { get; private set; }

        public PrickleDatabase CreateDbContext()
        {
            Opened++;
            return inner.CreateDbContext();
        }
    }
}
