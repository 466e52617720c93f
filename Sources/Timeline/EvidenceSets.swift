import KernelLog

/// Which sources belong together, and the boots that they show.
///
/// Two pieces are of one boot if the journal's boot id, sequence numbers or shared records say so, or if the names of the
/// files say that one is the continuation of the other (`kern.log.2.gz`, `kern.log.1`, `kern.log`). Otherwise each is
/// judged apart.
public enum EvidenceSets {
    /// The boots of all sources, in the order in which the sources were named.
    public static func boots(of sources: [Source]) -> [Boot] {
        let runs = RotatedFiles.runs(of: sources.map(\.name))
        let boots = runs.flatMap { run in
            RotatedFiles.join(run.map { (RotatedFiles.split(sources[$0].name).number, sources[$0].boots) })
        }
        return merged(boots.map(Doubling.collapse)).sorted { ($0.sources.min() ?? 0) < ($1.sources.min() ?? 0) }
    }

    /// Merges what is of one boot. A piece may be what shows that two others belong together.
    private static func merged(_ boots: [Boot]) -> [Boot] {
        guard boots.count > 1 else { return boots }
        return SameBoot.groups(of: boots).map { group in
            group.dropFirst().reduce(boots[group[0]]) { BootMerger.merge($0, boots[$1]) }
        }
    }
}

/// Finds pieces of one boot: by boot id, by sequence numbers that go on where others end, or by shared records, for two
/// boots do not print the same texts at the same microseconds.
struct SameBoot {
    /// How many shared records prove it; fewer do only if a piece has no more.
    private static let enough = 3

    /// For each piece the first piece of its group.
    private var leaders: [Int]

    /// The pieces in groups, each in the order given.
    static func groups(of boots: [Boot]) -> [[Int]] {
        var same = SameBoot(leaders: Array(boots.indices))
        same.joinByBootID(boots)
        same.joinByRecords(boots)
        same.joinBySequence(boots)
        var groups: [[Int]] = []
        var places: [Int: Int] = [:]
        for index in boots.indices {
            let leader = same.leader(of: index)
            if let place = places[leader] {
                groups[place].append(index)
            } else {
                places[leader] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    private mutating func joinByBootID(_ boots: [Boot]) {
        var first: [String: Int] = [:]
        for (index, boot) in boots.enumerated() {
            guard let id = Self.bootID(boot) else { continue }
            join(first[id, default: index], index)
            first[id] = first[id] ?? index
        }
    }

    private mutating func joinByRecords(_ boots: [Boot]) {
        var owners: [RecordKey: [Int]] = [:]
        for (index, boot) in boots.enumerated() {
            let keys = Set(boot.entries.compactMap { RecordKey($0.record) })
            var shared: [Int: Int] = [:]
            for key in keys {
                for owner in owners[key] ?? [] { shared[owner, default: 0] += 1 }
                owners[key, default: []].append(index)
            }
            for (other, count) in shared where proves(count, boot, boots[other]) {
                if let id = Self.bootID(boot), let otherID = Self.bootID(boots[other]), id != otherID { continue }
                join(other, index)
            }
        }
    }

    private func proves(_ count: Int, _ one: Boot, _ other: Boot) -> Bool {
        let hasNumbers = one.entries.last?.record.sequence != nil && other.entries.last?.record.sequence != nil
        return count >= (hasNumbers ? Self.enough - 1 : Self.enough)
            || count == min(one.entries.count, other.entries.count)
    }

    /// One piece's first record is the next after another's last.
    private mutating func joinBySequence(_ boots: [Boot]) {
        var ends: [UInt64: Int] = [:]
        for (index, boot) in boots.enumerated() {
            if let last = boot.entries.last?.record.sequence { ends[last] = index }
        }
        for (index, boot) in boots.enumerated() {
            guard let first = boot.entries.first?.record, let number = first.sequence, number > 0,
                let other = ends[number - 1], other != index, let before = boots[other].entries.last?.record.time,
                let after = first.time, before.clock == after.clock, before.microseconds <= after.microseconds
            else { continue }
            join(other, index)
        }
    }

    private static func bootID(_ boot: Boot) -> String? { boot.entries.lazy.compactMap(\.record.bootID).first }

    private func leader(of index: Int) -> Int {
        var leader = index
        while leaders[leader] != leader { leader = leaders[leader] }
        return leader
    }

    private mutating func join(_ one: Int, _ other: Int) {
        let (first, second) = (leader(of: one), leader(of: other))
        leaders[max(first, second)] = min(first, second)
    }
}

/// A record's stamp and text: what different renderings of one record share.
struct RecordKey: Hashable {
    let microseconds: Int64
    let message: String

    /// Nil if the rendering does not carry the kernel's own stamp in full.
    init?(_ record: LogRecord) {
        guard let time = record.time, time.clock == .boot, time.resolution == 1, time.microseconds > 0 else {
            return nil
        }
        microseconds = time.microseconds
        message = record.message
    }
}
