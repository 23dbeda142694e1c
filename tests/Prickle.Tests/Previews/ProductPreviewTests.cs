using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Previews;
using Prickle.Storage;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Previews;

/// <summary>The product's own previews, for those who have an account: the same stages as those of customers.</summary>
public sealed class ProductPreviewTests : IAsyncLifetime
{
    AccountsHost _host = null!;
    Actor _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AccountsHost.StartSetUpAsync();
        _owner = await _host.ActorAsync(AccountsHost.OwnerEmail);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_choice_holds_for_the_account_alone_and_the_frame_says_it()
    {
        var previews = _host.Get<ProductPreviews>();
        List<Guid> told = [];
        previews.Changed += told.Add;
        (await previews.ListAsync(_owner.UserId, TestContext.Current.CancellationToken)).ShouldAllBe(offer => offer.Choice == null && !offer.IsOn);

        (await previews.ChooseAsync(_owner, ProductPreviews.CompactTables, true, TestContext.Current.CancellationToken)).Match(offer => offer.IsOn, _ => false).ShouldBeTrue();
        told.ShouldBe([_owner.UserId]);
        (await previews.IsOnAsync(_owner.UserId, ProductPreviews.CompactTables, TestContext.Current.CancellationToken)).ShouldBeTrue();
        var other = await _host.JoinAsync(Role.Member, "other@burrow.example");
        (await previews.IsOnAsync(other.UserId, ProductPreviews.CompactTables, TestContext.Current.CancellationToken)).ShouldBeFalse();

        await previews.ChooseAsync(_owner, ProductPreviews.CompactTables, false, TestContext.Current.CancellationToken);
        var offer = (await previews.ListAsync(_owner.UserId, TestContext.Current.CancellationToken)).Single(one => one.Preview.Key == ProductPreviews.CompactTables);
        (offer.Choice, offer.IsOn).ShouldBe((false, false));
    }

    // By the stage: whether it is listed, whether it is on for whoever chose so, and for whoever chose nothing.
    [Theory]
    [InlineData(PreviewStage.Draft, false, false, false)]
    [InlineData(PreviewStage.Concept, true, false, false)]
    [InlineData(PreviewStage.Alpha, true, true, false)]
    [InlineData(PreviewStage.Beta, true, true, false)]
    [InlineData(PreviewStage.GeneralAvailability, true, true, true)]
    [InlineData(PreviewStage.Archived, false, false, false)]
    public async Task Stages_mean_what_they_mean_for_customers(PreviewStage stage, bool isListed, bool isOnByChoice, bool isOnByItself)
    {
        var earlier = With(PreviewStage.Beta);
        await earlier.ChooseAsync(_owner, "thing", true, TestContext.Current.CancellationToken);
        var previews = With(stage);
        (await previews.ListAsync(_owner.UserId, TestContext.Current.CancellationToken)).Count.ShouldBe(isListed ? 1 : 0);
        (await previews.IsOnAsync(_owner.UserId, "thing", TestContext.Current.CancellationToken)).ShouldBe(isOnByChoice);
        var other = await _host.JoinAsync(Role.Member, "other@burrow.example");
        (await previews.IsOnAsync(other.UserId, "thing", TestContext.Current.CancellationToken)).ShouldBe(isOnByItself);
        (await previews.ChooseAsync(other, "thing", false, TestContext.Current.CancellationToken)).Match(_ => true, _ => false).ShouldBe(isListed);
        (await previews.IsOnAsync(other.UserId, "thing", TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task Why_somebody_switched_it_off_stands_in_the_activity_log()
    {
        var grant = await _host.ProjectAsync();
        var previews = _host.Get<ProductPreviews>();
        (await previews.SayWhyAsync(grant, ProductPreviews.CompactTables, "  ", TestContext.Current.CancellationToken)).ShouldBeOfType<Outcome<ProductPreview>.Refused>();
        (await previews.SayWhyAsync(grant, ProductPreviews.CompactTables, "Too small for me", TestContext.Current.CancellationToken)).ShouldBeOfType<Outcome<ProductPreview>.Done>();
        var log = await _host.Get<ActivityLog>().ListAsync(
            new ActivityFilter(grant.Project.OrganizationId, [], true) { Resource = Resource.EarlyAccessFeature }, 10, 0, TestContext.Current.CancellationToken);
        var entry = log.Items.ShouldHaveSingleItem();
        (entry.UserEmail, entry.ItemId, entry.After!["reason"]!.GetValue<string>()).ShouldBe((AccountsHost.OwnerEmail, ProductPreviews.CompactTables, "Too small for me"));
    }

    ProductPreviews With(PreviewStage stage) => new(
        _host.Get<IDbContextFactory<PrickleDatabase>>(), _host.Get<ActivityLog>(), _host.Time, [new ProductPreview("thing", "Thing", "", stage)]);
}
