using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Accounts;

namespace Prickle.Previews.Product;

/// <summary>What somebody chose of a preview of the product itself.</summary>
sealed class ProductPreviewChoiceRow
{
    public Guid UserId { get; set; }
    public required string Key { get; set; }
    public bool IsEnabled { get; set; }
    public DateTimeOffset ChosenAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<ProductPreviewChoiceRow>
    {
        public void Configure(EntityTypeBuilder<ProductPreviewChoiceRow> choice)
        {
            choice.ToTable("product_preview_choices");
            choice.HasKey(row => new { row.UserId, row.Key });
            choice.Property(row => row.Key).HasMaxLength(100);
            choice.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
        }
    }
}
