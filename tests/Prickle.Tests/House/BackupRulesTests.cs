using Prickle.House.Backups;
using Prickle.House.Backups.Work;

namespace Prickle.Tests.House;

/// <summary>Which chains are kept.</summary>
public sealed class BackupRetentionTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);
    static readonly HashSet<Guid> Nobody = [];

    [Fact]
    public void The_last_so_many_chains_stay_whole()
    {
        // A chain a day, each with an incremental backup six hours later.
        Backup[] all = [.. Enumerable.Range(1, 4).SelectMany(day => Chain(day))];

        BackupRetention.ChainsPast(all, new BackupKeeping(2, null), Now, Nobody).ShouldBe([all[4].Id, all[6].Id]);
    }

    [Fact]
    public void What_one_of_both_rules_keeps_stays()
    {
        Backup[] all = [.. Enumerable.Range(1, 4).SelectMany(day => Chain(day))];

        // Three days keep the chains of one and two days ago, and that of three days ago by its younger incremental one.
        BackupRetention.ChainsPast(all, new BackupKeeping(1, 3), Now, Nobody).ShouldBe([all[6].Id]);
        BackupRetention.ChainsPast(all, new BackupKeeping(3, 1), Now, Nobody).ShouldBe([all[6].Id]);
        BackupRetention.ChainsPast(all, new BackupKeeping(null, null), Now, Nobody).ShouldBeEmpty();
    }

    [Fact]
    public void The_only_good_one_stays_however_old_it_is()
    {
        var old = Full(400);
        // What failed since then is no reason to let go of what is good.
        Backup[] all = [old, Full(2) with { State = BackupState.Failed }, Full(1) with { State = BackupState.Failed }];

        BackupRetention.ChainsPast(all, new BackupKeeping(1, 1), Now, Nobody).ShouldBeEmpty();
    }

    [Fact]
    public void A_chain_that_is_being_restored_or_made_longer_stays()
    {
        var (newest, old) = (Full(1), Chain(5).ToArray());

        BackupRetention.ChainsPast([newest, .. old], new BackupKeeping(1, null), Now, new HashSet<Guid> { old[1].Id }).ShouldBeEmpty();
        BackupRetention.ChainsPast([newest, old[0], old[1] with { State = BackupState.Running }], new BackupKeeping(1, null), Now, Nobody).ShouldBeEmpty();
        BackupRetention.ChainsPast([newest, .. old], new BackupKeeping(1, null), Now, Nobody).ShouldBe([old[0].Id]);
    }

    static IEnumerable<Backup> Chain(int daysAgo)
    {
        var full = Full(daysAgo);
        return [full, full with { Id = Guid.CreateVersion7(), Kind = BackupKind.Incremental, CreatedAt = full.CreatedAt + TimeSpan.FromHours(6) }];
    }

    static Backup Full(int daysAgo)
    {
        var id = Guid.CreateVersion7();
        return new Backup
        {
            Id = id,
            OrganizationId = 1,
            ServerId = Guid.Empty,
            PlanName = "Nightly",
            TargetId = BackupTarget.OwnId,
            Kind = BackupKind.Full,
            ChainId = id,
            Scope = new BackupScope(["prickle"], []),
            Path = "a/b",
            State = BackupState.Good,
            CreatedAt = Now - TimeSpan.FromDays(daysAgo),
        };
    }
}

/// <summary>What is the same and what is not, where rows arrive while a backup is made.</summary>
public sealed class DrillComparisonTests
{
    static readonly BackupTable Visits = new("shop", "visits");

    [Fact]
    public void Every_row_the_same() =>
        Of([Still("1", 10, "10:77"), Still("2", 5, "5:33")], ("1", 10, "10:77"), ("2", 5, "5:33")).Verdict.ShouldBe(DrillVerdict.Same);

    [Fact]
    public void As_many_rows_that_are_others_are_found()
    {
        var found = Of([Still("1", 10, "10:77")], ("1", 10, "10:78"));
        (found.Verdict, found.Detail).ShouldBe((DrillVerdict.Different, "The 10 rows of partition 1 are not those that were there."));
    }

    [Fact]
    public void A_row_that_is_missing_is_found()
    {
        var found = Of([Still("1", 10, null)], ("1", 9, "9:77"));
        (found.Verdict, found.Detail).ShouldBe((DrillVerdict.Different, "Partition 1 had 10 rows, and 9 came out."));
    }

    [Fact]
    public void A_partition_that_is_missing_is_found() => Of([Still("1", 10, "10:77"), Still("2", 5, "5:33")], ("1", 10, "10:77")).Verdict.ShouldBe(DrillVerdict.Different);

    [Fact]
    public void A_partition_that_was_not_there_is_found() => Of([Still("1", 10, "10:77")], ("1", 10, "10:77"), ("2", 1, "1:1")).Verdict.ShouldBe(DrillVerdict.Different);

    [Fact]
    public void Without_hashes_only_the_number_is_said_to_be_the_same() => Of([Still("1", 10, null)], ("1", 10, "10:77")).Verdict.ShouldBe(DrillVerdict.SameCount);

    [Theory]
    [InlineData(10, DrillVerdict.Fits)]
    [InlineData(13, DrillVerdict.Fits)]
    [InlineData(15, DrillVerdict.Fits)]
    [InlineData(9, DrillVerdict.Different)]
    [InlineData(16, DrillVerdict.Different)]
    public void Where_rows_came_meanwhile_their_number_must_lie_in_between(long rows, DrillVerdict verdict) =>
        // Ten before the backup, fifteen after it: what was in it is one of these or between, and contents are not compared.
        Of([new PartitionFingerprint("1", "x", 10, "10:77", 15, false)], ("1", rows, "other")).Verdict.ShouldBe(verdict);

    [Theory]
    [InlineData(40, DrillVerdict.Fits)]
    [InlineData(3, DrillVerdict.Fits)]
    [InlineData(0, DrillVerdict.Different)]
    public void Where_merges_make_one_row_of_several_only_nothing_at_all_is_a_loss(long rows, DrillVerdict verdict) => DrillComparison.Of(
        Visits, new TableFingerprint(Visits, 1000, [new PartitionFingerprint("1", "x", 10, "10:77", 15, false)], null) { IsCollapsing = true },
        new Dictionary<string, Content> { ["1"] = new(rows, "other", rows) }).Verdict.ShouldBe(verdict);

    static PartitionFingerprint Still(string id, long rows, string? hash) => new(id, "parts", rows, hash, rows, true);

    static DrilledTable Of(PartitionFingerprint[] made, params (string Id, long Rows, string Hash)[] restored) => DrillComparison.Of(
        Visits, new TableFingerprint(Visits, 1000, made, null), restored.ToDictionary(one => one.Id, one => new Content(one.Rows, one.Hash, one.Rows)));
}
