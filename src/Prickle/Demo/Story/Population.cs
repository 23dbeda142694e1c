namespace Prickle.Demo.Story;

/// <summary>Makes the people and the companies, with all that is decided before the first day.</summary>
sealed class Population(StorySize size, DateTimeOffset firstDay)
{
    const int OrdinaryStay = 400;

    public IReadOnlyList<Visitor> Create()
    {
        var companies = Enumerable.Range(0, size.Companies).Select(Company).ToList();
        var seats = companies.SelectMany(company => Enumerable.Repeat(company, Math.Clamp(company.Employees / 4, 3, 24))).ToList();
        var visitors = new List<Visitor>(size.People);
        for (var index = 0; index < size.People; index++)
        {
            // At most two fifths of the people come with a company; the others garden alone.
            var company = index < size.People * 2 / 5 && index < seats.Count ? seats[index] : null;
            var visitor = Visitor(index, company);
            visitors.Add(visitor);
            if (company is { Owner: null })
            {
                company.Owner = visitor;
            }
        }

        return visitors;
    }

    Company Company(int index)
    {
        var dice = Dice.For(size.Seed, $"company/{index}");
        var plant = Words.Plants[index % Words.Plants.Count];
        var (suffix, industry) = Words.Trades[((index / Words.Plants.Count) + index) % Words.Trades.Count];
        var joins = dice.Chance(0.5) ? -dice.Between(1, 120) : (int)(size.Days * 0.92 * Math.Sqrt(dice.Share()));
        var pays = dice.Chance(0.62) ? joins + dice.Between(9, 16) : (int?)null;
        return new Company
        {
            Index = index,
            Key = $"{plant}-{suffix}".ToLowerInvariant().Replace(' ', '-'),
            Name = $"{plant} {suffix}",
            Industry = industry,
            Employees = dice.Between(6, 110),
            Place = dice.Pick(Place.All, place => place.Weight),
            JoinsOn = joins,
            PaysFrom = pays,
            GrowsOn = pays is not null && dice.Chance(0.5) ? Math.Max(pays.Value, 0) + dice.Between(10, 70) : null,
            LeavesOn = dice.Chance(0.14) ? Math.Max(joins, 0) + dice.Between(25, 85) : null,
        };
    }

    Visitor Visitor(int index, Company? company)
    {
        var dice = Dice.For(size.Seed, $"visitor/{index}");
        var isOwner = company is { Owner: null };
        var isVeteran = company is null ? dice.Chance(0.06) : company.JoinsOn < 0 && (isOwner || dice.Chance(0.75));
        var arrives = isVeteran ? (int)Math.Min(dice.Lasting(3), size.Days - 1) : Arrival(dice, company, isOwner);
        var channel = Channel(dice, company, isOwner, arrives);
        var attachment = Attachment(dice, company, isVeteran, isOwner, channel);
        var stays = Stay(dice, company, attachment, arrives, isOwner);
        var paysFrom = company is null && attachment >= Story.Attachment.Casual && dice.Chance(0.4) ? arrives + dice.Between(2, 21) : (int?)null;
        return new Visitor
        {
            Index = index,
            Name = $"{dice.Pick(Words.Adjectives)} {dice.Pick(Words.Animals)}",
            Place = company is not null && dice.Chance(0.85) ? company.Place : dice.Pick(Place.All, place => place.Weight),
            Browser = new Browser(
                dice.Pick(Device.All, device => device.Weight * (company is not null && device.Type != "Desktop" ? 0.4 : 1)),
                StoryId.At(firstDay.AddDays(arrives), dice)),
            Channel = channel,
            Attachment = attachment,
            Company = company,
            Role = isOwner ? "owner" : company is null ? "gardener" : dice.Pick(Words.Roles),
            ArrivesOn = arrives,
            StaysUntil = stays,
            ReturnsOn = attachment >= Story.Attachment.Casual && dice.Chance(0.22) ? stays + dice.Between(14, 35) : null,
            LooksBeforeSigningUp = channel == Story.Channel.Invitation ? 0 : dice.Between(0, 2),
            PaysFrom = paysFrom,
            CancelsOn = paysFrom is not null && dice.Chance(0.2) ? paysFrom + dice.Between(20, 50) : null,
            IsSignedUp = isVeteran,
            IsActivated = isVeteran,
        };
    }

    // Twice as many newcomers at the end as at the beginning.
    int Arrival(Dice dice, Company? company, bool isOwner)
    {
        if (company is not null)
        {
            var joined = Math.Max(company.JoinsOn, 0);
            var arrives = joined + (int)dice.Lasting(9);
            // Those who would come after the end come at any time before it: all on the last day would look like a campaign.
            return isOwner ? joined : arrives < size.Days ? arrives : dice.Between(joined, size.Days - 1);
        }

        return dice.Chance(0.07)
            ? (size.Days * 6 / 10) + dice.Between(0, 6) // the week of the campaign
            : (int)(size.Days * (Math.Sqrt(1 + (3 * dice.Share())) - 1));
    }

    Channel Channel(Dice dice, Company? company, bool isOwner, int arrives)
    {
        if (company is not null && !isOwner)
        {
            return Story.Channel.Invitation;
        }

        var isCampaign = arrives >= size.Days * 6 / 10 && arrives <= (size.Days * 6 / 10) + 6;
        return dice.Pick(Story.Channel.All, channel => channel != Story.Channel.AutumnCleanUp ? channel.Weight : isCampaign ? 90 : 0);
    }

    static Attachment Attachment(Dice dice, Company? company, bool isVeteran, bool isOwner, Channel channel)
    {
        var draw = dice.Share();
        if (company is not null || isVeteran)
        {
            return isOwner ? Story.Attachment.Devoted
                : draw < 0.22 ? Story.Attachment.Devoted
                : draw < 0.62 ? Story.Attachment.Regular
                : draw < 0.9 || isVeteran ? Story.Attachment.Casual
                : Story.Attachment.Trying;
        }

        draw /= channel.Intent;
        return draw < 0.03 ? Story.Attachment.Devoted
            : draw < 0.11 ? Story.Attachment.Regular
            : draw < 0.24 ? Story.Attachment.Casual
            : draw < 0.42 ? Story.Attachment.Trying
            : Story.Attachment.Passing;
    }

    static int Stay(Dice dice, Company? company, Attachment attachment, int arrives, bool isOwner)
    {
        var days = attachment switch
        {
            Story.Attachment.Devoted => dice.Lasting(260),
            Story.Attachment.Regular => dice.Lasting(110),
            Story.Attachment.Casual => dice.Lasting(45),
            Story.Attachment.Trying => dice.Lasting(4),
            _ => dice.Lasting(1.2),
        };
        var until = arrives + (int)Math.Min(isOwner ? OrdinaryStay : days, OrdinaryStay);
        return company?.LeavesOn is { } leaves ? Math.Min(until, leaves + 2) : until;
    }
}
