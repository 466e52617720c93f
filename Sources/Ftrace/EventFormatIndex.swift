import ByteScan

/// An event whose format is in the file.
public struct TraceEventName: Hashable, Sendable {
    /// `module`, `kprobes`; `ftrace` for the tracers' own.
    public let system: String
    /// `module_load`.
    public let name: String
    /// The number that its records bear in this file.
    public let id: Int
}

/// Which formats the file has, by their first two lines. The rest of a format is read when an event of it is wanted.
struct EventFormatIndex: Sendable {
    /// A record's number has 16 bits.
    static let ids = 0..<(1 << 16)
    /// Bytes of a format that hold its name and its number.
    private static let headSize = 256

    private struct Place: Sendable {
        var source: Int
        var range: Range<Int>
    }

    private(set) var names: [TraceEventName] = []
    private var places: [Place] = []
    /// The parts that the formats are in.
    private var sources: [TraceFileCursor] = []

    /// Reads the formats of the tracers' own events at the cursor.
    mutating func addFtraceFormats(_ cursor: inout TraceFileCursor) throws(TraceFileError) {
        sources.append(cursor)
        for _ in 0..<(try cursor.integer(UInt32.self)) { try addFormat("ftrace", &cursor) }
    }

    /// Reads the formats of all systems at the cursor.
    mutating func addEventFormats(_ cursor: inout TraceFileCursor) throws(TraceFileError) {
        sources.append(cursor)
        for _ in 0..<(try cursor.integer(UInt32.self)) {
            let system = try cursor.string()
            for _ in 0..<(try cursor.integer(UInt32.self)) { try addFormat(system, &cursor) }
        }
    }

    private mutating func addFormat(_ system: String, _ cursor: inout TraceFileCursor) throws(TraceFileError) {
        let size = try cursor.size(UInt64.self)
        let head = try cursor.peek(min(size, Self.headSize))
        if let (name, id) = Self.nameAndID(head), Self.ids.contains(id) {
            names.append(TraceEventName(system: system, name: name, id: id))
            places.append(Place(source: sources.count - 1, range: cursor.position..<cursor.position + size))
        }
        try cursor.skip(size)
    }

    /// Reads `name: module_load` and `ID: 362`, the first two lines.
    private static func nameAndID(_ head: ArraySlice<UInt8>) -> (String, Int)? {
        let newline = UInt8(ascii: "\n")
        guard head.starts(with: "name: ".utf8), let end = head.firstIndex(of: newline) else { return nil }
        let rest = head[(end + 1)...]
        guard rest.starts(with: "ID: ".utf8) else { return nil }
        var id = 0
        for digit in rest.dropFirst(4) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), id < ids.upperBound else {
                return digit == newline ? (String(decoding: head[..<end].dropFirst(6), as: UTF8.self), id) : nil
            }
            id = 10 * id + Int(digit - UInt8(ascii: "0"))
        }
        return nil
    }

    /// The format of an entry of `names`.
    func format(_ index: Int) throws(TraceFileError) -> EventFormat {
        let place = places[index]
        var cursor = sources[place.source].reading(.eventFormat, from: place.range.lowerBound)
        let text = try cursor.bytes(place.range.count)
        return EventFormat(system: names[index].system, name: names[index].name, text: text)
    }

    /// A format's own fields begin after so many bytes at most: those that all events have stand before them.
    private static let ownFields = 768

    /// The formats of probes and of the tracers' own events, by their first fields: entries of `names`.
    func formatsThatMayNameFunctions() -> [Int] {
        var found: [Int] = []
        var source = -1
        var cursor: TraceFileCursor?
        for (index, place) in places.enumerated() {
            if place.source != source {
                source = place.source
                cursor = sources[source].reading(.eventFormat)
            }
            guard let position = cursor?.position else { continue }
            // They follow one another, so that the window of the cursor is read once.
            guard (try? cursor?.skip(max(0, place.range.lowerBound - position))) != nil,
                let head = try? cursor?.peek(min(place.range.count, Self.ownFields))
            else { continue }
            if names[index].system == "ftrace" || head.span.find("__probe_") != nil { found.append(index) }
        }
        return found
    }
}
