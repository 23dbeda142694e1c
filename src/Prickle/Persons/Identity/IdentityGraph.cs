namespace Prickle.Persons.Identity;

/// <summary>
/// The rules of identity, over persons in memory. Knows nothing of any store: what it needs is loaded before, and what
/// it changed is marked. A missing id is one that no person has.
/// </summary>
sealed class IdentityGraph(TimeProvider time)
{
    // Of those of whom nothing is known.
    static readonly DateTimeOffset Forgotten = DateTimeOffset.UnixEpoch;

    readonly Dictionary<(int ProjectId, string DistinctId), IdMapping?> _ids = [];
    readonly Dictionary<Guid, Person> _persons = [];
    (int ProjectId, string? DistinctId, Guid Id) _derived;

    public List<Merge> Merges { get; } = [];

    public int Count => _ids.Count;

    public IEnumerable<Person> ChangedPersons => _persons.Values.Where(person => person.IsChanged);

    public IEnumerable<IdMapping> ChangedIds => _ids.Values.OfType<IdMapping>().Where(mapping => mapping.IsChanged);

    public bool Knows(int projectId, string distinctId) => _ids.ContainsKey((projectId, distinctId));

    /// <summary>Where an id leads; null where that is to nobody, or to somebody who was deleted.</summary>
    public IdMapping? Find(int projectId, string distinctId) => Kept(projectId, distinctId) is { Person.IsDeleted: false } mapping ? mapping : null;

    /// <summary>Takes in a mapping from the store, or the knowledge that there is none. One object per person, always.</summary>
    public void Load(int projectId, string distinctId, IdMapping? mapping)
    {
        if (mapping is not null && !_persons.TryAdd(mapping.Person.Id, mapping.Person))
        {
            mapping.Person = _persons[mapping.Person.Id];
        }

        _ids[(projectId, distinctId)] = mapping;
    }

    /// <summary>Takes in a person alone, deleted ones too: parting needs them.</summary>
    public void Load(Person person)
    {
        if (!_persons.TryGetValue(person.Id, out var known))
        {
            _persons.Add(person.Id, person);
        }
        else if (known is { IsDeleted: true, StoredVersion: 0, IsChanged: false })
        {
            // It stood for nobody; whoever leads there leads to what the store has.
            _persons[person.Id] = person;
            foreach (var mapping in _ids.Values.OfType<IdMapping>().Where(mapping => ReferenceEquals(mapping.Person, known)))
            {
                mapping.Person = person;
            }
        }
    }

    public Person? FindPerson(Guid id) => _persons.GetValueOrDefault(id);

    public void Clear()
    {
        _ids.Clear();
        _persons.Clear();
        Merges.Clear();
    }

    /// <summary>Applies one event: who it is, with whom they are one, what is known of them.</summary>
    public void Apply(PersonSignal signal)
    {
        if (signal.UsesProfile && signal.OtherId is { } other)
        {
            signal.Refusal = BringTogether(signal, other);
        }

        var mapping = Find(signal.ProjectId, signal.DistinctId);
        if (!signal.UsesProfile)
        {
            signal.PersonId = mapping?.Person.Id ?? DerivedId(signal.ProjectId, signal.DistinctId);
            signal.HasProfile = mapping is not null;
            return;
        }

        var person = mapping?.Person ?? Create(signal.ProjectId, signal.DistinctId, signal.At);
        if (signal.Identifies && signal.Refusal is not MergeRefusal.IllegalId && !person.IsIdentified)
        {
            person.IsIdentified = true;
            person.IsChanged = true;
        }

        person.IsChanged |= PropertyUpdates.Apply(person.Properties, signal);
        signal.PersonId = person.Id;
        signal.HasProfile = true;
    }

    /// <summary>Says who it is of an event that was applied before, and changes nothing.</summary>
    public void Recall(PersonSignal signal)
    {
        if (signal.UsesProfile && signal.OtherId is { } other)
        {
            signal.Refusal = RefusalOf(signal, other);
        }

        var mapping = Find(signal.ProjectId, signal.DistinctId);
        signal.PersonId = mapping?.Person.Id ?? PersonId.For(signal.ProjectId, signal.DistinctId);
        signal.HasProfile = mapping is not null;
    }

    /// <summary>Makes the source part of the target. Both must have their ids loaded.</summary>
    public Merge MergeInto(Person target, Person source)
    {
        var before = (Target: target.Properties.ToJson(), target.IsIdentified, target.CreatedAt);
        target.Properties.FillFrom(source.Properties);
        target.CreatedAt = source.CreatedAt < target.CreatedAt ? source.CreatedAt : target.CreatedAt;
        target.IsIdentified = true;
        target.IsChanged = true;
        source.IsDeleted = true;
        source.IsChanged = true;
        var moved = source.DistinctIds!.ToList();
        foreach (var id in moved)
        {
            Attach(target, id);
        }

        source.DistinctIds = [];
        var merge = new Merge(
            Guid.CreateVersion7(time.GetUtcNow()), target.ProjectId, target, source, before.Target, source.Properties.ToJson(),
            target.Properties.ToJson(), before.IsIdentified, before.CreatedAt, moved, time.GetUtcNow());
        Merges.Add(merge);
        return merge;
    }

    /// <summary>
    /// Takes a person away. Their ids, which must be loaded, lead to whom they begin as, which is nobody until they are seen again:
    /// what is known of their versions stays.
    /// </summary>
    public void Delete(Person person)
    {
        foreach (var id in person.DistinctIds!)
        {
            if (Kept(person.ProjectId, id) is { } mapping)
            {
                mapping.Person = Home(person.ProjectId, id);
                mapping.IsChanged = true;
                mapping.IsOverride = true;
            }
        }

        person.IsDeleted = true;
        Erase(person);
    }

    /// <summary>Leaves nothing of what was known of somebody who is deleted already.</summary>
    public static void Erase(Person person)
    {
        person.Properties = new PropertyMap();
        person.IsIdentified = false;
        person.CreatedAt = Forgotten;
        person.DistinctIds = [];
        person.IsChanged = true;
    }

    /// <summary>Leads an id to a person, from whoever had it.</summary>
    public void Attach(Person person, string distinctId)
    {
        var mapping = Kept(person.ProjectId, distinctId);
        if (mapping is null)
        {
            mapping = new IdMapping { ProjectId = person.ProjectId, DistinctId = distinctId, Person = person };
            _ids[(person.ProjectId, distinctId)] = mapping;
        }

        mapping.Person = person;
        mapping.IsChanged = true;
        // Once an override, always one: a row that says otherwise may be out already.
        mapping.IsOverride |= mapping.StoredVersion > 0 || person.Id != PersonId.For(person.ProjectId, distinctId);
        person.DistinctIds?.Add(distinctId);
    }

    IdMapping? Kept(int projectId, string distinctId) => _ids.GetValueOrDefault((projectId, distinctId));

    Person Home(int projectId, string distinctId)
    {
        var id = DerivedId(projectId, distinctId);
        if (!_persons.TryGetValue(id, out var person))
        {
            person = Nobody(projectId, id);
            _persons.Add(id, person);
        }

        return person;
    }

    /// <summary>Whom an id leads to that leads to nobody: there is no row of them.</summary>
    public static Person Nobody(int projectId, Guid id) => new() { Id = id, ProjectId = projectId, CreatedAt = Forgotten, IsDeleted = true };

    // Events of one visitor come together, and a hash is dear.
    Guid DerivedId(int projectId, string distinctId)
    {
        if (_derived.ProjectId != projectId || _derived.DistinctId != distinctId)
        {
            _derived = (projectId, distinctId, PersonId.For(projectId, distinctId));
        }

        return _derived.Id;
    }

    MergeRefusal? BringTogether(PersonSignal signal, string otherId)
    {
        if (otherId == signal.DistinctId)
        {
            return null;
        }

        if (RefusalOf(signal, otherId) is { } refusal)
        {
            return refusal;
        }

        var target = Find(signal.ProjectId, signal.DistinctId)?.Person;
        var other = Find(signal.ProjectId, otherId)?.Person;
        switch (target, other)
        {
            case (null, null):
                Attach(Create(signal.ProjectId, signal.DistinctId, signal.At), otherId);
                return null;
            case (not null, null):
                Attach(target, otherId);
                return null;
            case (null, not null):
                Attach(other, signal.DistinctId);
                return null;
            case (not null, not null) when ReferenceEquals(target, other):
                return null;
            default:
                MergeInto(target!, other!);
                return null;
        }
    }

    MergeRefusal? RefusalOf(PersonSignal signal, string otherId)
    {
        if (otherId == signal.DistinctId)
        {
            return null;
        }

        if (IllegalIds.Contains(otherId) || IllegalIds.Contains(signal.DistinctId))
        {
            return MergeRefusal.IllegalId;
        }

        return Find(signal.ProjectId, otherId)?.Person is { IsIdentified: true } other && !signal.IsDangerous
            && Find(signal.ProjectId, signal.DistinctId)?.Person is { } target && !ReferenceEquals(target, other)
            ? MergeRefusal.AlreadyIdentified
            : null;
    }

    Person Create(int projectId, string distinctId, DateTimeOffset at)
    {
        var id = PersonId.For(projectId, distinctId);
        // The id may be that of a person who was merged away under this very distinct id and has lost it since.
        if (!_persons.TryGetValue(id, out var person))
        {
            person = new Person { Id = id, ProjectId = projectId, CreatedAt = at, DistinctIds = [] };
            _persons.Add(id, person);
        }
        else if (person.IsDeleted)
        {
            // All of their ids went elsewhere when they were deleted.
            person.DistinctIds = [];
            person.CreatedAt = person.CreatedAt == Forgotten ? at : person.CreatedAt;
        }

        person.IsDeleted = false;
        person.IsChanged = true;
        Attach(person, distinctId);
        return person;
    }
}
