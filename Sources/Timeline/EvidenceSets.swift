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
        let boots = runs.flatMap { run in RotatedFiles.join(run.map { sources[$0].boots(index: $0) }) }
        return merged(boots.map(Doubling.collapse)).sorted { ($0.sources.min() ?? 0) < ($1.sources.min() ?? 0) }
    }

    /// Merges what is of one boot. A piece may be what shows that two others belong together.
    private static func merged(_ boots: [Boot]) -> [Boot] {
        var sets: [(boot: Boot, keys: BootKeys)] = []
        for boot in boots {
            var merged = (boot: boot, keys: BootKeys(boot))
            while let place = sets.firstIndex(where: { $0.keys.isSameBoot(as: merged.keys) }) {
                let boot = BootMerger.merge(sets.remove(at: place).boot, merged.boot)
                merged = (boot, BootKeys(boot))
            }
            sets.append(merged)
        }
        return sets.map(\.boot)
    }
}

/// What identifies a boot: its id, or records that no other boot can have.
struct BootKeys {
    private let bootID: String?
    private let records: Set<RecordKey>
    private let sequences: ClosedRange<UInt64>?
    private let last: LogRecord?
    private let first: LogRecord?

    init(_ boot: Boot) {
        bootID = boot.entries.lazy.compactMap(\.record.bootID).first
        records = Set(boot.entries.compactMap { RecordKey($0.record) })
        let numbers = boot.entries.compactMap(\.record.sequence)
        sequences = numbers.min().flatMap { low in numbers.max().map { low...$0 } }
        first = boot.entries.first?.record
        last = boot.entries.last?.record
    }

    /// Shared records prove it: two boots do not print the same texts at the same microseconds. So do boot ids, and
    /// sequence numbers that go on where the other's end.
    func isSameBoot(as other: BootKeys) -> Bool {
        if let id = bootID, let otherID = other.bootID { return id == otherID }
        let shared = records.intersection(other.records).count
        let smaller = min(records.count, other.records.count)
        if shared >= 3 || (shared > 0 && shared == smaller) { return true }
        return goesOn(with: other) || other.goesOn(with: self)
    }

    /// The other's first record is the next after this one's last.
    private func goesOn(with other: BootKeys) -> Bool {
        guard let mine = sequences, let others = other.sequences, others.lowerBound == mine.upperBound + 1,
            let before = last?.time, let after = other.first?.time, before.clock == after.clock
        else { return false }
        return after.microseconds >= before.microseconds
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
