/// What a trace's lines were about: a kind of event and its name.
public struct TracedName: Hashable, Sendable {
    /// What kind of event it is.
    public var kind: TraceRecord.Kind
    /// The event's name, or the function's; empty where the trace does not say it.
    public var name: String

    /// Describes what lines are about.
    public init(kind: TraceRecord.Kind, name: String) {
        self.kind = kind
        self.name = name
    }
}

/// Every name met so far, whether it is wanted, and how many lines are about it.
///
/// A line costs one look into the table; strings are made, and the caller asked, once per name.
struct NameTable {
    /// How a name is written.
    enum Spelling: UInt8 {
        case event
        /// `sys_finit_module(`, whose event is `sys_enter_finit_module`.
        case syscallEntry
        /// `sys_finit_module -> `, whose event is `sys_exit_finit_module`.
        case syscallExit
        case function
        case functionReturn
    }

    /// Events that are about something else than their name says.
    enum Role {
        case plain
        /// trace-cmd's name for what the function tracer recorded.
        case function
        case graphEntry
        case graphReturn
        case stack
        /// The text may hold newlines.
        case message
    }

    struct Entry {
        fileprivate var hash: UInt32
        fileprivate var spelling: Spelling
        fileprivate var spelled: Range<Int>
        /// The event's canonical name.
        var name: String
        var role: Role
        var isWanted: Bool
        /// Of a function: whether what it calls in modules is wanted.
        var isCaller = false
        var count = 0
        /// Of a function: the entry of its returns, once it is known.
        fileprivate var returns: Int32 = -1
        /// Of a probe: where it was hit last, an index of `hits`.
        fileprivate var hit: Int32 = -1
    }

    /// A probe, by entries of its event and of the probed function.
    private struct Hit: Hashable {
        var event: Int
        var function: Int?
        var point: TraceProbe.Point
    }

    private let wanted: (String) -> Bool
    private let callers: (String) -> Bool
    /// Indices into `entries`, -1 for free slots; the count is a power of two, at least twice that of the entries.
    private var slots: [Int32]
    private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var hits: [(hit: Hit, count: Int)] = []
    private var hitIndices: [Hit: Int] = [:]
    /// Names beyond are all the same entry: a damaged file must not fill the memory.
    private let limit: Int

    /// So many probes are counted.
    private static let mostHits = 1 << 14
    /// The kernel's symbols are shorter.
    private static let longestName = 512
    /// The entry of all names that the table has no room for. Nothing of it is wanted.
    static let overflow = 0

    init(
        limit: Int = 1 << 17, wanted: @escaping (String) -> Bool, callers: @escaping (String) -> Bool = { _ in false }
    ) {
        self.wanted = wanted
        self.callers = callers
        self.limit = limit
        slots = Array(repeating: -1, count: 1024)
        entries = [Entry(hash: 0, spelling: .event, spelled: 0..<0, name: "", role: .plain, isWanted: false)]
    }

    /// The entry of a name, which is a part of the line.
    @inline(__always)
    mutating func index(_ line: Span<UInt8>, _ name: Range<Int>, _ spelling: Spelling) -> Int {
        var hash = UInt32(spelling.rawValue)
        for position in name { hash = (hash &<< 7 | hash &>> 25) ^ UInt32(line[position]) }
        hash = hash &* 0x9E37_79B1
        var slot = Int(hash ^ hash >> 15) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if entries[index].hash == hash, isEqual(index, line, name, spelling) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return insert(line, name, spelling, hash, slot)
    }

    /// The entry of an event.
    mutating func index(_ event: String) -> Int {
        let bytes = Array(event.utf8)
        return index(bytes.span, 0..<bytes.count, .event)
    }

    /// The entry of the returns of a function.
    mutating func returnIndex(ofFunction index: Int) -> Int {
        let known = entries[index].returns
        if known >= 0 { return Int(known) }
        let spelled = Array(bytes[entries[index].spelled])
        let found = self.index(spelled.span, 0..<spelled.count, .functionReturn)
        entries[index].returns = Int32(found)
        return found
    }

    /// Counts a line about an entry.
    @inline(__always)
    mutating func count(_ index: Int) { entries[index].count += 1 }

    /// Counts a line about a probe, whose event has an entry. An event is mostly about one function.
    @inline(__always)
    mutating func countProbe(_ event: Int, _ function: Int?, _ point: TraceProbe.Point) {
        let hit = Hit(event: event, function: function, point: point)
        let last = Int(entries[event].hit)
        if last >= 0, hits[last].hit == hit {
            hits[last].count += 1
        } else {
            countOther(hit)
        }
    }

    private mutating func countOther(_ hit: Hit) {
        let index: Int
        if let known = hitIndices[hit] {
            index = known
        } else {
            guard hits.count < Self.mostHits else { return }
            index = hits.count
            hits.append((hit, 0))
            hitIndices[hit] = index
        }
        hits[index].count += 1
        entries[hit.event].hit = Int32(index)
    }

    /// The probes that were hit, and how often.
    var probes: [TraceProbe: Int] {
        var probes: [TraceProbe: Int] = [:]
        for (hit, count) in hits {
            let function = hit.function.map { entries[$0].name }
            probes[TraceProbe(event: entries[hit.event].name, function: function, point: hit.point), default: 0] +=
                count
        }
        return probes
    }

    private func isEqual(_ index: Int, _ line: Span<UInt8>, _ name: Range<Int>, _ spelling: Spelling) -> Bool {
        let spelled = entries[index].spelled
        guard spelled.count == name.count, entries[index].spelling == spelling else { return false }
        for offset in 0..<name.count where bytes[spelled.lowerBound + offset] != line[name.lowerBound + offset] {
            return false
        }
        return true
    }

    @inline(never)
    private mutating func insert(
        _ line: Span<UInt8>, _ name: Range<Int>, _ spelling: Spelling, _ hash: UInt32, _ slot: Int
    ) -> Int {
        guard entries.count < limit, name.count <= Self.longestName else { return Self.overflow }
        let start = bytes.count
        for position in name { bytes.append(line[position]) }
        let canonical = Self.canonical(line.text(name), spelling)
        let entry = Entry(
            hash: hash, spelling: spelling, spelled: start..<bytes.count, name: canonical,
            role: spelling == .event ? Self.role(of: canonical) : .plain, isWanted: wanted(canonical),
            isCaller: spelling == .function && callers(canonical))
        slots[slot] = Int32(entries.count)
        entries.append(entry)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for index in entries.indices.dropFirst() {
            let hash = entries[index].hash
            var slot = Int(hash ^ hash >> 15) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// One name for what tracefs, trace-cmd and binary traces call differently.
    private static func canonical(_ spelled: String, _ spelling: Spelling) -> String {
        switch spelling {
        case .syscallEntry: "sys_enter_" + spelled.dropFirst("sys_".count)
        case .syscallExit: "sys_exit_" + spelled.dropFirst("sys_".count)
        case .event: spelled == "tracing_mark_write" ? "print" : spelled
        case .function, .functionReturn: spelled
        }
    }

    private static func role(of name: String) -> Role {
        switch name {
        case "function": .function
        case "funcgraph_entry": .graphEntry
        case "funcgraph_exit": .graphReturn
        case "kernel_stack", "user_stack": .stack
        case "console", "print", "bprint", "bputs": .message
        default: .plain
        }
    }

    /// How many lines were about each name.
    var counts: [TracedName: Int] {
        var counts: [TracedName: Int] = [:]
        for entry in entries where entry.count > 0 {
            let kind: TraceRecord.Kind =
                switch entry.spelling {
                case .function: .functionEntry
                case .functionReturn: .functionReturn
                case .event, .syscallEntry, .syscallExit: .event
                }
            counts[TracedName(kind: kind, name: entry.name), default: 0] += entry.count
        }
        return counts
    }
}
