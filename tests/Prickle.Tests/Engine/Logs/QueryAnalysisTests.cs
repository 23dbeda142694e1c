using Prickle.Engine.Logs;

namespace Prickle.Tests.Engine.Logs;

public sealed class QueryAnalysisTests
{
    [Fact]
    public void Tables_columns_and_functions_are_read_from_a_query_tree()
    {
        var analysis = QueryAnalysis.Read(
            """
            QUERY id: 0
              PROJECTION
                LIST id: 1, nodes: 2
                  COLUMN id: 2, column_name: a, result_type: UInt64, source_id: 3
                  FUNCTION id: 4, function_name: count, function_type: aggregate, result_type: UInt64
              JOIN TREE
                JOIN id: 5, strictness: ALL, kind: INNER
                  LEFT TABLE EXPRESSION
                    TABLE id: 3, alias: __table1, table_name: shop.orders
                  RIGHT TABLE EXPRESSION
                    TABLE id: 6, alias: __table2, table_name: system.one
              WHERE
                FUNCTION id: 11, function_name: endsWith, function_type: ordinary, result_type: UInt8
                  COLUMN id: 13, column_name: a, b, result_type: String, source_id: 3
                  COLUMN id: 14, column_name: of_a_subquery, result_type: String, source_id: 99
                  CONSTANT id: 15, constant_value: 'TABLE id: 7, table_name: no.table', constant_value_type: String
            """);

        analysis.Tables.ShouldBe(["shop.orders", "system.one"]);
        analysis.Databases.ShouldBe(["shop", "system"]);
        analysis.Columns.ShouldBe(["shop.orders.a", "shop.orders.a, b"]);
        analysis.Functions.ShouldBe(["endsWith"]);
        analysis.AggregateFunctions.ShouldBe(["count"]);
    }

    [Fact]
    public void A_table_that_is_printed_twice_is_one_table()
    {
        // A node that stands at two places of a tree, such as a common table expression used twice, keeps its id.
        var analysis = QueryAnalysis.Read(
            """
            QUERY id: 0
              JOIN TREE
                UNION id: 1
                  TABLE id: 3, alias: __table1, table_name: shop.orders
                  TABLE id: 3, alias: __table1, table_name: shop.orders
              PROJECTION
                COLUMN id: 2, column_name: a, result_type: UInt64, source_id: 3
            """);

        analysis.Tables.ShouldBe(["shop.orders"]);
        analysis.Columns.ShouldBe(["shop.orders.a"]);
    }
}
