using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Flags;
using Prickle.Tests.Accounts;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Destinations;

/// <summary>The fields of a message as editors show them.</summary>
public sealed class DestinationFieldsTests : KitTest
{
    [Fact]
    public async Task It_shows_a_kinds_fields_tells_what_is_typed_and_offers_what_templates_may_name()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var grant = await host.ProjectAsync();
        var made = (await host.Get<DestinationBook>().CreateAsync(
            grant, new DestinationDraft("slack", "Team", new Dictionary<string, string> { ["token"] = "xoxb-1" }), Xunit.TestContext.Current.CancellationToken))
            .ShouldBeOfType<Outcome<Destination>.Done>().Value;
        Services.AddSingleton(host.Get<DestinationQueries>()).AddSingleton(host.Get<CohortQueries>()).AddSingleton(host.Get<FlagQueries>());
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        IReadOnlyDictionary<string, string> values = new Dictionary<string, string> { ["text"] = "Hi" };
        Guid? chosen = null;

        var fields = Render<DestinationFields>(parameters => parameters
            .Add(one => one.ProjectId, grant.ProjectId)
            .Add(one => one.Kind, host.Get<DestinationKinds>().Find("slack")!)
            .Add(one => one.Values, values)
            .Add(one => one.ValuesChanged, changed => values = changed)
            .Add(one => one.DestinationIdChanged, id => chosen = id)
            .Add(one => one.Variables, [new TemplateVariable("person.properties.email", "ada@example.com")])
            .Add(one => one.Problems, new Dictionary<string, string> { ["channel"] = "Channel is missing." }));

        await fields.WaitForAssertionAsync(() => fields.FindAll("select option").Select(option => option.TextContent).ShouldContain("Team"));
        fields.Find("[role=alert]").TextContent.ShouldBe("Channel is missing.");
        fields.FindAll("[aria-invalid=true]").Count.ShouldBe(1);
        await fields.Find("select").ChangeAsync(new ChangeEventArgs { Value = made.Id.ToString() });
        chosen.ShouldBe(made.Id);

        await fields.Find("button[aria-label='Insert a value into Text']").ClickAsync(new());
        await fields.Find(".values button").ClickAsync(new());
        values["text"].ShouldBe("Hi {{ person.properties.email }}");
        await fields.Find("input").ChangeAsync(new ChangeEventArgs { Value = "C1" });
        values["channel"].ShouldBe("C1");
    }
}
