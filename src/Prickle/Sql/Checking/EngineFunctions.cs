using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Sql.Checking;

/// <summary>The rules over the functions that this engine has; read again from time to time, since servers are upgraded.</summary>
sealed class EngineFunctions(ClickHouseStore store, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    (FunctionRules Rules, long ReadAt)? _current;

    public async ValueTask<FunctionRules> RulesAsync(CancellationToken cancellationToken)
    {
        if (_current is { } current && time.GetElapsedTime(current.ReadAt) < Lifetime)
        {
            return current.Rules;
        }
        var readAt = time.GetTimestamp();
        var functions = await store.ListAsync(
            "SELECT name, is_aggregate, case_insensitive, alias_to, toString(categories), toString(origin) FROM system.functions",
            row => new EngineFunction(
                row.GetString(0), IsSet(row.GetValue(1)), IsSet(row.GetValue(2)), row.GetString(3), row.GetString(4).Trim(), row.GetString(5)),
            cancellationToken: cancellationToken);
        var combinators = await store.ListAsync(
            "SELECT name FROM system.aggregate_function_combinators", row => row.GetString(0), cancellationToken: cancellationToken);
        _current = (new FunctionRules(functions, combinators), readAt);
        return _current.Value.Rules;
    }

    static bool IsSet(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0;
}
