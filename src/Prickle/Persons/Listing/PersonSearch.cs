using Microsoft.EntityFrameworkCore;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons.Listing;

/// <summary>A <see cref="PersonFilter"/> as a query.</summary>
static class PersonSearch
{
    public static IQueryable<PersonRow> Of(PrickleDatabase database, PersonFilter filter)
    {
        var persons = database.Set<PersonRow>().Where(row => row.ProjectId == filter.ProjectId && !row.IsDeleted);
        var ids = database.Set<PersonDistinctIdRow>().Where(row => row.ProjectId == filter.ProjectId);
        if (filter.DistinctId is { } distinctId)
        {
            persons = persons.Where(row => ids.Any(id => id.DistinctId == distinctId && id.PersonId == row.Id));
        }

        if (filter.IsIdentified is { } isIdentified)
        {
            persons = persons.Where(row => row.IsIdentified == isIdentified);
        }

        if (filter.Search.Trim() is { Length: > 0 } search)
        {
            var lower = search.ToLowerInvariant();
            persons = Guid.TryParse(search, out var uuid)
                ? persons.Where(row => row.Id == uuid || ids.Any(id => id.DistinctId == search && id.PersonId == row.Id))
                // Values only would need JSON functions of each provider; a hit in a property's name is no harm.
                : persons.Where(row => row.Properties.ToLower().Contains(lower)
                    || ids.Any(id => id.PersonId == row.Id && id.DistinctId.ToLower().Contains(lower)));
        }

        return persons;
    }
}
