using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Groups;
using Prickle.Storage;

namespace Prickle.Automations.Engine;

/// <summary>What templates of a run are filled with.</summary>
sealed class RunVariables(GroupQueries groups, AutomationDirectory directory, IDbContextFactory<PrickleDatabase> databases)
{
    public async Task<JsonObject> OfAsync(RunWork work, CancellationToken cancellationToken)
    {
        var variables = work.Context.Variables();
        variables["person"] = PersonOf(work.Person);
        variables["groups"] = await GroupsAsync(work, cancellationToken);
        variables["project"] = new JsonObject { ["id"] = work.Project.Id, ["name"] = work.Project.Name };
        variables["automation"] = new JsonObject { ["id"] = work.Run.AutomationId, ["name"] = await NameAsync(work, cancellationToken) };
        variables["run"] = new JsonObject { ["id"] = work.Run.Id.ToString() };
        return variables;
    }

    public static JsonObject PersonOf(RunPerson? person) => person is null ? [] : new JsonObject
    {
        ["id"] = person.Id.ToString(),
        ["distinct_id"] = person.DistinctId,
        ["properties"] = person.Properties.ValueKind == JsonValueKind.Object ? JsonObject.Create(person.Properties) : [],
    };

    async Task<JsonObject> GroupsAsync(RunWork work, CancellationToken cancellationToken)
    {
        var found = new JsonObject();
        if (work.Context.Groups is { Count: > 0 } keys)
        {
            var names = await groups.TypeNamesAsync(work.Run.ProjectId, cancellationToken);
            foreach (var (type, key) in keys)
            {
                var group = await groups.FindAsync(work.Run.ProjectId, type, key, cancellationToken);
                found[names.GetValueOrDefault(type) ?? $"group_{type}"] = new JsonObject
                {
                    ["key"] = key,
                    ["properties"] = group?.Properties is { ValueKind: JsonValueKind.Object } properties ? JsonObject.Create(properties) : [],
                };
            }
        }
        return found;
    }

    async Task<string> NameAsync(RunWork work, CancellationToken cancellationToken)
    {
        if ((await directory.ActiveAsync(cancellationToken)).FirstOrDefault(one => one.Id == work.Run.AutomationId) is { } active)
        {
            return active.Name;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<AutomationRow>().Where(row => row.Id == work.Run.AutomationId).Select(row => row.Name).SingleOrDefaultAsync(cancellationToken) ?? "";
    }
}
