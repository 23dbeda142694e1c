using Prickle.Automations;
using Prickle.Automations.Templates;
using Prickle.Destinations;

namespace Prickle.Tests.Automations.Pages;

/// <summary>The gallery: what stands in it is whole but for what people have to choose.</summary>
public sealed class TemplateTests(AutomationHost host) : IClassFixture<AutomationHost>
{
    // What nobody but the project can know: its connections, and what they post to.
    static readonly string[] Choices = ["destination_id", "channel", "repository", "cohort", "flag", "trigger.cohort"];

    public static TheoryData<string> Keys => [.. AutomationTemplates.All.Select(template => template.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_template_lacks_nothing_but_choices(string key)
    {
        var template = AutomationTemplates.Find(key).ShouldNotBeNull();
        var problems = await host.Get<AutomationCheck>().ProblemsOfAsync(host.Project.Id, template.Definition, TestContext.Current.CancellationToken);
        foreach (var problem in problems)
        {
            Choices.ShouldContain(problem.Field, $"{problem.Step}: {problem.Detail}");
        }
        (problems.Any(problem => !problem.IsWarning) && template.ToFill.Count == 0).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_template_comes_back_from_its_file(string key)
    {
        var definition = AutomationTemplates.Find(key)!.Definition;
        AutomationJson.Read(AutomationJson.Write(definition)).ShouldBe(definition);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Its_steps_name_kinds_and_fields_that_exist(string key)
    {
        var kinds = host.Get<DestinationKinds>();
        foreach (var step in AutomationTemplates.Find(key)!.Definition.Steps.OfType<DestinationStep>())
        {
            var kind = kinds.Find(step.Kind).ShouldNotBeNull();
            step.Fields.Keys.ShouldBeSubsetOf(kind.Message.Select(field => field.Name));
        }
    }

    [Fact]
    public void Every_template_has_a_key_and_a_name_of_its_own()
    {
        AutomationTemplates.All.Select(template => template.Key).ShouldBeUnique();
        AutomationTemplates.All.Select(template => template.Name).ShouldBeUnique();
        AutomationTemplates.All.Count.ShouldBeGreaterThanOrEqualTo(10);
    }
}
