import KernelLog

/// Two consoles written into one file: every record stands there twice.
///
/// A single doubled record is a fault of whoever printed it, and stays.
enum Doubling {
    /// How far apart the two copies may be, in records.
    private static let reach = 32
    /// Fewer records than this prove nothing.
    private static let fewest = 6

    static func collapse(_ boot: Boot) -> Boot {
        guard boot.entries.count >= fewest else { return boot }
        var open: [Key: [Int]] = [:]
        var copies: Set<Int> = []
        for (place, entry) in boot.entries.enumerated() {
            let key = Key(microseconds: entry.record.time?.microseconds, message: entry.record.message)
            if let first = open[key]?.first, place - first <= distance(entry.record) {
                copies.insert(place)
                open[key]?.removeFirst()
            } else {
                open[key, default: []].append(place)
            }
        }
        // A cut may have taken the copy of the last record.
        guard copies.count * 2 >= boot.entries.count - 1 else { return boot }
        var result = boot
        result.entries = boot.entries.enumerated().filter { !copies.contains($0.offset) }.map(\.element)
        return result
    }

    /// Without stamps only direct neighbours are taken for copies: the same text may well come again.
    private static func distance(_ record: LogRecord) -> Int { record.time == nil ? 1 : reach }

    private struct Key: Hashable {
        let microseconds: Int64?
        let message: String
    }
}
