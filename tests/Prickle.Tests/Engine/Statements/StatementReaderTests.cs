using System.Text;
using Prickle.Engine.Statements;

namespace Prickle.Tests.Engine.Statements;

public sealed class StatementReaderTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT 1;", "SELECT 1\nINTO OUTFILE 'P' APPEND ;")]
    [InlineData("SELECT 1 -- why", "SELECT 1\nINTO OUTFILE 'P' APPEND  -- why")]
    [InlineData("SELECT 1 FORMAT JSON", "SELECT 1 \nINTO OUTFILE 'P' APPEND FORMAT JSON")]
    [InlineData("SELECT 1 FORMAT JSON SETTINGS a = 1", "SELECT 1 \nINTO OUTFILE 'P' APPEND FORMAT JSON SETTINGS a = 1")]
    [InlineData("SELECT 1 SETTINGS a = 1 FORMAT JSON", "SELECT 1 SETTINGS a = 1 \nINTO OUTFILE 'P' APPEND FORMAT JSON")]
    [InlineData("SELECT format FROM t", "SELECT format FROM t\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT t.format x FROM t", "SELECT t.format x FROM t\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT a FROM t ORDER BY format DESC", "SELECT a FROM t ORDER BY format DESC\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT format('{}', 'FORMAT x')", "SELECT format('{}', 'FORMAT x')\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT (SELECT 1 FORMAT x)", "SELECT (SELECT 1 FORMAT x)\nINTO OUTFILE 'P' APPEND ")]
    [InlineData("SELECT `FORMAT` /* FORMAT x */, $a$ FORMAT y $a$", "SELECT `FORMAT` /* FORMAT x */, $a$ FORMAT y $a$\nINTO OUTFILE 'P' APPEND ")]
    public void A_result_is_redirected_before_its_format(string sql, string redirected)
    {
        var statement = Read(sql);

        statement.Kind.ShouldBe(StatementKind.Select);
        Encoding.UTF8.GetString(statement.WithOutputTo("P")).ShouldBe(redirected);
    }

    [Theory]
    [InlineData("SELECT 1 INTO OUTFILE 'x'")]
    [InlineData("select 1 into\noutfile 'x' truncate format CSV")]
    [InlineData("SELECT 1 FORMAT CSV SETTINGS a = 1 INTO/**/OUTFILE 'x'")]
    [InlineData("EXPLAIN SELECT 1 INTO -- hidden\n OUTFILE 'x'")]
    [InlineData("SHOW TABLES INTO # hidden\n OUTFILE 'x'")]
    [InlineData("(((SELECT 1))) INTO OUTFILE 'x'")]
    [InlineData("SELECT 'it\\'s', \"a\"\"b\" INTO OUTFILE 'x'")]
    [InlineData("SELECT 'a''' INTO OUTFILE 'x'")]
    [InlineData("SELECT $$ ' $$ INTO OUTFILE 'x'")]
    [InlineData("SELECT ‘ ' ’ INTO OUTFILE 'x'")]
    [InlineData("SELECT 1 AS $a INTO OUTFILE 'x'")]
    [InlineData("SELECT 1 /* /* */ ' */ INTO OUTFILE 'x'")]
    [InlineData("SELECT 1 // '\n INTO OUTFILE 'x'")]
    [InlineData("SELECT 1 INTO\u3000OUTFILE 'x'")]
    [InlineData("SELECT 1 INTO\ufeffOUTFILE 'x'")]
    [InlineData("SELECT 1\u00a0INTO\u00a0OUTFILE 'x'")]
    [InlineData("INSERT INTO t FROM INFILE 'x' FORMAT CSV")]
    [InlineData("INSERT INTO t (a) SELECT 1 INTO OUTFILE 'x'")]
    public void Files_of_the_machine_are_out_of_reach_however_it_is_written(string sql) =>
        Read(sql).Kind.ShouldBe(StatementKind.ClientFile);

    [Theory]
    [InlineData("SELECT 'INTO OUTFILE'")]
    [InlineData("SELECT 1 -- INTO OUTFILE 'x'")]
    [InlineData("SELECT 1 /* INTO OUTFILE 'x' */")]
    [InlineData("SELECT outfile FROM into")]
    [InlineData("SELECT '\\\\' AS into_outfile")]
    public void Words_in_texts_and_comments_are_no_clauses(string sql) => Read(sql).Kind.ShouldBe(StatementKind.Select);

    [Theory]
    [InlineData("INSERT INTO t VALUES (1)", "Values", "INSERT INTO t ", " (1)")]
    [InlineData("INSERT INTO t (a, b) values(1, 2)", "Values", "INSERT INTO t (a, b) ", "(1, 2)")]
    [InlineData("INSERT INTO t FORMAT CSV\n1,2", "CSV", "INSERT INTO t ", "1,2")]
    [InlineData("INSERT INTO t FORMAT CSV 1,2", "CSV", "INSERT INTO t ", "1,2")]
    [InlineData("INSERT INTO t FORMAT CSV\r\n\n1", "CSV", "INSERT INTO t ", "\n1")]
    [InlineData("INSERT INTO t SETTINGS a = 1 FORMAT CSV\n1", "CSV", "INSERT INTO t SETTINGS a = 1 ", "1")]
    [InlineData("INSERT INTO FUNCTION file('x.csv', 'CSV', 'a Int8') FORMAT TSV\n1", "TSV", "INSERT INTO FUNCTION file('x.csv', 'CSV', 'a Int8') ", "1")]
    [InlineData("INSERT INTO format FORMAT TSV\n1", "TSV", "INSERT INTO format ", "1")]
    [InlineData("INSERT INTO db.format VALUES (1)", "Values", "INSERT INTO db.format ", " (1)")]
    [InlineData("-- note\nINSERT INTO t FORMAT RowBinary\n'\"`;SELECT", "RowBinary", "-- note\nINSERT INTO t ", "'\"`;SELECT")]
    public void An_insert_is_cut_between_its_head_and_its_data(string sql, string format, string head, string data)
    {
        var statement = Read(sql);

        statement.Kind.ShouldBe(StatementKind.InsertData);
        statement.Format.ShouldBe(format);
        Encoding.UTF8.GetString(statement.InsertHead).ShouldBe(head);
        Encoding.UTF8.GetString(statement.Data).ShouldBe(data);
    }

    [Theory]
    [InlineData("INSERT INTO t SELECT 1", StatementKind.Other)]
    [InlineData("INSERT INTO t (SELECT 1 FORMAT x)", StatementKind.Other)]
    [InlineData("INSERT INTO t WITH 1 AS x SELECT x", StatementKind.Other)]
    [InlineData("INSERT INTO t", StatementKind.Other)]
    [InlineData("CREATE TABLE t (a UInt8) ENGINE = Memory", StatementKind.Other)]
    [InlineData("KILL QUERY WHERE 1", StatementKind.Kill)]
    [InlineData("KILL MUTATION WHERE 1", StatementKind.Other)]
    [InlineData("SYSTEM FLUSH LOGS", StatementKind.FlushLogs)]
    [InlineData("SYSTEM FLUSH LOGS query_log", StatementKind.FlushLogs)]
    [InlineData("SYSTEM RELOAD DICTIONARIES", StatementKind.Other)]
    [InlineData("", StatementKind.NotOne)]
    [InlineData("-- only a note", StatementKind.NotOne)]
    [InlineData("SELECT 1; SELECT 2", StatementKind.NotOne)]
    [InlineData("SELECT 1; ;", StatementKind.NotOne)]
    [InlineData("SELECT ';'", StatementKind.Select)]
    [InlineData("SELECT 'never closed", StatementKind.Select)]
    [InlineData("/* never closed", StatementKind.NotOne)]
    [InlineData("(SELECT 1) UNION ALL (SELECT 2)", StatementKind.Select)]
    public void A_statement_is_run_as_what_it_is(string sql, object kind) => Read(sql).Kind.ShouldBe((StatementKind)kind);

    [Fact]
    public void Any_bytes_at_all_are_read_to_an_end()
    {
        var random = new Random(20260222);
        var alphabet = "SELECT FORMAT INTO OUTFILE '\"`$()[]{};-#/*\\\n\0é“‘"u8.ToArray();

        for (var round = 0; round < 20_000; round++)
        {
            var text = new byte[random.Next(40)];
            for (var index = 0; index < text.Length; index++)
            {
                text[index] = alphabet[random.Next(alphabet.Length)];
            }
            var statement = Statement.Read(text);
            statement.FormatStart.ShouldBeInRange(0, text.Length);
            statement.DataStart.ShouldBeInRange(0, text.Length);
        }
    }

    static Statement Read(string sql) => Statement.Read(Encoding.UTF8.GetBytes(sql));
}
