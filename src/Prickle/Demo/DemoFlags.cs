using System.Text.Json;
using Prickle.Accounts;
using Prickle.Demo.Story;
using Prickle.Flags;

namespace Prickle.Demo;

/// <summary>The flags of the demo: the one that the story's browsers ask for, and some that are on their way.</summary>
sealed partial class DemoFlags(FlagAdministration flags, ILogger<DemoFlags> logger)
{
    static readonly string[] Definitions =
    [
        """
        {"key":"new-planner","name":"Plans as cards instead of a table","tags":["planner"],
         "filters":{"groups":[{"properties":[],"rollout_percentage":100}],
           "multivariate":{"variants":[{"key":"control","name":"The table","rollout_percentage":50},{"key":"cards","name":"Cards","rollout_percentage":50}]},
           "payloads":{"cards":"{\"columns\": 3}"}}}
        """,
        """
        {"key":"frost-alerts-by-mail","name":"A mail the evening before a night of frost","tags":["weather"],
         "filters":{"groups":[{"properties":[{"key":"email","type":"person","operator":"icontains","value":"leafpile"}],"rollout_percentage":100},
           {"properties":[],"rollout_percentage":25}]}}
        """,
        $$$"""
        {"key":"report-branding","name":"Reports with the company's own logo","tags":["reports"],
         "filters":{"groups":[{"properties":[{"key":"plan","type":"person","operator":"exact","value":["{{{Plan.Hedge.Name}}}","{{{Plan.Grove.Name}}}"]}],"rollout_percentage":100}]}}
        """,
        """
        {"key":"photo-limits","name":"How large photos may be, without a release","is_remote_configuration":true,
         "filters":{"groups":[],"payloads":{"true":"{\"largest_mb\": 12, \"formats\": [\"jpeg\", \"webp\"]}"}}}
        """,
        """
        {"key":"planner-drag-and-drop","name":"Needs the cards of the new planner","active":false,"tags":["planner"],
         "filters":{"groups":[{"properties":[{"key":"new-planner","type":"flag","operator":"flag_evaluates_to","value":"cards"}],"rollout_percentage":50}]}}
        """,
    ];

    /// <summary>Makes those that are not there yet.</summary>
    public async Task MakeAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        foreach (var definition in Definitions)
        {
            var settings = FlagAdministration.Read(new FlagSettings(), JsonElement.Parse(definition)).Match(
                read => read, refusal => throw new InvalidOperationException(refusal.Detail));
            var outcome = await flags.CreateAsync(grant, settings, cancellationToken);
            if (outcome is Outcome<FeatureFlag>.Refused(var refused) && refused.Reason != RefusalReason.AlreadyExists)
            {
                LogRefused(settings.Key, refused.Detail);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo flag {Key} could not be made: {Why}")]
    partial void LogRefused(string key, string why);
}
