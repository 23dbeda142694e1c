using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Templates;

/// <summary>Scenario B-S9: who may change which template.</summary>
public sealed class TemplateRightsTests
{
    static JsonElement Template(string key, string name) => JsonElement.Parse($$$"""
        {"schema":1,"key":"{{{key}}}","name":"{{{name}}}","tiles":[{"id":"words","name":"Words","kind":"text","body":"Hello","layouts":{"sm":{"x":0,"y":0,"w":6,"h":4},"xs":{"x":0,"y":0,"w":1,"h":4} } }]}
        """);

    [Fact]
    public async Task Members_change_templates_of_their_project_admins_those_of_the_organization_and_nobody_those_of_the_product()
    {
        await using var host = await AccountsHost.StartSetUpAsync();
        var project = (await host.ProjectAsync()).ProjectId;
        await host.JoinAsync(Role.Member, "member@burrow.example", project);
        await host.JoinAsync(Role.Viewer, "viewer@burrow.example", project);
        using var owner = await host.OwnerProgramAsync();
        using var member = await host.ProgramAsync("member@burrow.example", "*");
        using var viewer = await host.ProgramAsync("viewer@burrow.example", "*");
        var templates = $"/api/projects/{project}/dashboard_templates";

        foreach (var somebody in new[] { owner, member })
        {
            await somebody.PostAsync(templates, Template("aarrr", "Mine")).JsonAsync(HttpStatusCode.Forbidden);
            (await somebody.EraseAsync($"{templates}/aarrr")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        await member.PostAsync($"{templates}?scope=organization", Template("ours", "Ours")).JsonAsync(HttpStatusCode.Forbidden);
        await owner.PostAsync($"{templates}?scope=organization", Template("ours", "Ours")).JsonAsync(HttpStatusCode.Created);
        (await member.EraseAsync($"{templates}/ours")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        await member.PostAsync(templates, Template("team", "Team")).JsonAsync(HttpStatusCode.Created);
        // Once more is the next version.
        (await member.PostAsync(templates, Template("team", "Team")).JsonAsync(HttpStatusCode.Created)).GetProperty("version").GetInt32().ShouldBe(2);
        await viewer.PostAsync(templates, Template("looked", "Looked")).JsonAsync(HttpStatusCode.Forbidden);
        (await viewer.FetchAsync($"{templates}/team").JsonAsync()).GetProperty("name").GetString().ShouldBe("Team");
        (await member.EraseAsync($"{templates}/team")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }
}
