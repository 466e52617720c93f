import KernelLog

/// Merges two views of one boot into one ordered list: the same record seen twice is one entry with two witnesses.
///
/// Where both carry sequence numbers, these are the order. Otherwise the longer view's order holds, and what only the other
/// shows stands where it stands there, between the same shared records:
///
///     one     A   B       D   E
///     other       B   C   D       F
///     merged  A   B   C   D   E   F
enum BootMerger {
    static func merge(_ one: Boot, _ other: Boot) -> Boot {
        let isFirstLonger = one.entries.count >= other.entries.count
        var result = isFirstLonger ? one : other
        let added = isFirstLonger ? other : one
        result.sources = Array(Set(one.sources + other.sources)).sorted()
        result.banner = one.banner ?? other.banner
        result.isUnordered = one.isUnordered && other.isUnordered
        result.entries =
            hasSequences(one) && hasSequences(other)
            ? bySequence(result.entries, added.entries) : byNeighbours(result.entries, added.entries)
        result.losses = losses(result, one, other)
        return result
    }

    private static func hasSequences(_ boot: Boot) -> Bool { boot.entries.allSatisfy { $0.record.sequence != nil } }

    /// A hole that the other view fills is none.
    private static func losses(_ merged: Boot, _ one: Boot, _ other: Boot) -> [Loss] {
        guard hasSequences(one), hasSequences(other) else { return one.losses + other.losses }
        return one.losses.count <= other.losses.count ? one.losses : other.losses
    }

    private static func bySequence(_ entries: [Entry], _ added: [Entry]) -> [Entry] {
        var places: [UInt64: Int] = [:]
        var result = entries
        for (place, entry) in entries.enumerated() { if let number = entry.record.sequence { places[number] = place } }
        for entry in added {
            if let number = entry.record.sequence, let place = places[number] {
                result[place].otherWitnesses.append(entry.record.place)
            } else {
                result.append(entry)
            }
        }
        return result.sorted { ($0.record.sequence ?? 0) < ($1.record.sequence ?? 0) }
    }

    private static func byNeighbours(_ entries: [Entry], _ added: [Entry]) -> [Entry] {
        var places: [RecordKey: [Int]] = [:]
        for (place, entry) in entries.enumerated().reversed() {
            if let key = RecordKey(entry.record) { places[key, default: []].append(place) }
        }
        var result = entries
        var insertions: [(after: Int, entry: Entry)] = []
        var last = -1
        for entry in added {
            guard let key = RecordKey(entry.record), let place = places[key]?.popLast() else {
                insertions.append((max(last, position(of: entry, in: entries)), entry))
                continue
            }
            result[place].otherWitnesses.append(entry.record.place)
            last = max(last, place)
        }
        return weave(result, insertions)
    }

    /// The last entry that is stamped no later than this one; -1 if there is none.
    private static func position(of entry: Entry, in entries: [Entry]) -> Int {
        guard let time = entry.record.time, time.clock == .boot else { return -1 }
        return entries.lastIndex {
            $0.record.time?.clock == .boot && ($0.record.time?.microseconds ?? 0) <= time.microseconds
        } ?? -1
    }

    private static func weave(_ entries: [Entry], _ insertions: [(after: Int, entry: Entry)]) -> [Entry] {
        var byPlace: [Int: [Entry]] = [:]
        for insertion in insertions { byPlace[insertion.after, default: []].append(insertion.entry) }
        var result = byPlace[-1] ?? []
        for (place, entry) in entries.enumerated() {
            result.append(entry)
            result += byPlace[place] ?? []
        }
        return result
    }
}
