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
        let shared = sharedPlaces(entries, added)
        var result = entries
        var insertions: [(after: Int, entry: Entry)] = []
        var last = -1
        for (index, entry) in added.enumerated() {
            if let place = shared[index] {
                result[place].otherWitnesses.append(entry.record.place)
                last = place
            } else {
                let next = shared[(index + 1)...].lazy.compactMap { $0 }.first ?? entries.count
                insertions.append((predecessor(of: entry, in: entries, from: last, to: next), entry))
            }
        }
        return weave(result, insertions)
    }

    /// For each added entry the place of the same record among the others; places rise.
    private static func sharedPlaces(_ entries: [Entry], _ added: [Entry]) -> [Int?] {
        var places: [RecordKey: [Int]] = [:]
        for (place, entry) in entries.enumerated().reversed() {
            if let key = RecordKey(entry.record) { places[key, default: []].append(place) }
        }
        var last = -1
        return added.map { entry in
            guard let key = RecordKey(entry.record), let place = places[key]?.popLast(), place > last else {
                return nil
            }
            last = place
            return place
        }
    }

    /// Between two shared records stamps decide; of equal stamps nothing can be told, and the added record comes first.
    private static func predecessor(of entry: Entry, in entries: [Entry], from last: Int, to next: Int) -> Int {
        guard let time = entry.record.time, time.clock == .boot else { return last }
        var place = last
        while place + 1 < next, let other = entries[place + 1].record.time, other.clock == .boot,
            other.microseconds < time.microseconds
        {
            place += 1
        }
        return place
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
