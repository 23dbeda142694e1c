using System.Collections.Frozen;

namespace Prickle.House.Queries;

/// <summary>The words of SQL: written in capitals in fingerprints, whatever the statement writes.</summary>
static class SqlWords
{
    const string Listed =
        """
        ADD AFTER ALIAS ALL ALTER AND ANTI ANY ARRAY AS ASC ASOF ATTACH BETWEEN BY CASE CAST CHECK CLUSTER COLUMN CREATE CROSS CUBE CURRENT DATABASE DATABASES
        DEFAULT DELETE DESC DESCRIBE DETACH DISTINCT DROP ELSE END ENGINE EXCEPT EXISTS EXPLAIN FETCH FILL FINAL FIRST FOLLOWING FORMAT FROM FULL GLOBAL GRANT
        GROUP GROUPING HAVING IF ILIKE IN INDEX INNER INSERT INTERPOLATE INTERSECT INTERVAL INTO IS JOIN KEY KILL LAST LEFT LIKE LIMIT MATERIALIZED MODIFY
        NOT NULL NULLS OFFSET ON OPTIMIZE OR ORDER OUTER OVER PARTITION PRECEDING PREWHERE PRIMARY QUALIFY QUERY RANGE RECURSIVE RENAME REPLACE RIGHT ROLLUP ROW
        ROWS SAMPLE SELECT SEMI SET SETTINGS SHOW SYSTEM TABLE TABLES TEMPORARY THEN TIES TO TOTALS TRUNCATE UNBOUNDED UNION UPDATE USE USING VALUES VIEW WHEN
        WHERE WINDOW WITH
        """;

    /// <summary>Found however they are written, given in capitals.</summary>
    public static readonly FrozenDictionary<string, string> All =
        Listed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(word => word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Those that are functions before a parenthesis, and are written as such.</summary>
    public static readonly FrozenSet<string> AlsoFunctions = FrozenSet.Create("ALL", "ANY", "ARRAY", "CAST", "FIRST", "IF", "LAST", "LEFT", "RANGE", "REPLACE", "RIGHT", "TRUNCATE");
}
