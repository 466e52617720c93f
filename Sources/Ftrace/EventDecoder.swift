/// Makes records of the wanted events. What it needs of the file is read when the first event needs it.
final class EventDecoder {
    /// What a byte of `marks` says.
    enum Mark {
        static let none: UInt8 = 0
        static let wanted: UInt8 = 1
        static let stack: UInt8 = 2
    }

    /// What an event is to this reader.
    private enum Role {
        case event
        case functionEntry(address: String)
        case functionReturn(address: String)
    }

    private struct Entry {
        var format: EventFormat
        var role: Role
    }

    private let file: TraceFile
    private let selection: TraceSelection
    private var callers = GraphCallers()
    /// A mark for each number that a record can bear.
    private(set) var marks: [UInt8]
    /// The formats by number: an index of the file's names, and what was read of it.
    private var indices: [Int: Int] = [:]
    private var entries: [Int: Entry] = [:]
    private var functionAnswers = AddressCache<FunctionAnswer>()
    private var functionNames = AddressCache<String?>()
    private var locations = AddressCache<String?>()
    private let resolvesAddresses: Bool
    private(set) var damage = TraceFileDamage()

    private lazy var symbols = file.symbols(&damage)
    private lazy var tasks = file.taskNames(&damage)
    private lazy var printkFormats = file.printkFormats(&damage)
    private lazy var clock = TraceFileClock(file.options, isBigEndian: file.layout.header.isBigEndian)

    /// A function at an address, and whether it is wanted.
    private struct FunctionAnswer {
        var name: String
        var module: String?
        var isWanted: Bool
        var isCaller: Bool
    }

    init(_ file: TraceFile, _ selection: TraceSelection, resolvesAddresses: Bool) {
        self.file = file
        self.selection = selection
        self.resolvesAddresses = resolvesAddresses
        marks = [UInt8](repeating: Mark.none, count: EventFormatIndex.ids.count)
        var stacks: [Int] = []
        var isAnyWanted = false
        for (index, name) in file.layout.formats.names.enumerated() where indices[name.id] == nil {
            if name.system == "ftrace", name.name == "kernel_stack" {
                stacks.append(name.id)
                indices[name.id] = index
            } else if selection.events(name.system, name.name) {
                marks[name.id] = Mark.wanted
                indices[name.id] = index
                isAnyWanted = true
            }
        }
        if isAnyWanted { for id in stacks { marks[id] = Mark.stack } }
    }

    /// The record of a wanted event; nil if its function is not wanted, or its format cannot be read.
    func record(_ event: RingBufferEvent, of cpu: RingBufferCPU) -> TraceRecord? {
        guard let entry = entry(event.id) else { return nil }
        let bytes = cpu.payload(event)
        var record = TraceRecord(
            place: cpu.place(event), time: clock.time(event.time, cpu: cpu.cpu, instance: cpu.instance),
            cpu: cpu.cpu, task: nil, instance: cpu.instance,
            kind: .event, system: entry.format.system, name: entry.format.name, fields: [], text: nil)
        switch entry.role {
        case .event: break
        case .functionEntry(let address):
            guard name(&record, .functionEntry, address, entry.format, bytes) else { return nil }
        case .functionReturn(let address):
            guard name(&record, .functionReturn, address, entry.format, bytes) else { return nil }
        }
        record.task = task(entry.format, bytes)
        record.fields.reserveCapacity(entry.format.fields.count)
        for field in entry.format.fields {
            if record.kind != .event, field.name == functionField(entry.role) { continue }
            if let value = value(field, bytes, entry.format) {
                record.fields.append(TraceField(name: field.name, value: value))
            } else {
                let reason = TraceFileError.Reason.damaged(.event, "it has no room for its field '\(field.name)'")
                damage.append(TraceFileError(reason: reason, offset: record.place.offset))
            }
        }
        return record
    }

    /// The functions of a stack, innermost first, if it was recorded in the given task.
    func stack(_ event: RingBufferEvent, of cpu: RingBufferCPU, after record: TraceRecord) -> [String]? {
        guard let format = entry(event.id)?.format else { return nil }
        let bytes = cpu.payload(event)
        guard let pid = format.common.pid.flatMap({ bytes.integer(at: $0.offset, size: $0.size, isSigned: true) }),
            pid == record.task.map({ Int64($0.pid) }),
            let callers = format.fields.first(where: { $0.name == "caller" })
        else { return nil }
        let longSize = file.layout.ringBuffer.commitSize
        let counted = format.fields.first { $0.name == "size" }.flatMap { bytes.integer(at: $0.offset, size: $0.size) }
        let room = max(0, bytes.count - callers.offset) / longSize
        var stack: [String] = []
        for index in 0..<min(room, counted.map { Int(clamping: $0) } ?? room) {
            guard let address = bytes.integer(at: callers.offset + index * longSize, size: longSize) else { break }
            // The end of the list, in 32 and in 64 bits.
            if address == UInt64.max || (longSize == 4 && address == UInt64(UInt32.max)) { break }
            stack.append(function(address) ?? Self.hexadecimal(address))
        }
        return stack
    }
}

// MARK: - Formats

extension EventDecoder {
    private func entry(_ id: Int) -> Entry? {
        if let entry = entries[id] { return entry }
        guard marks[id] != Mark.none, let index = indices[id] else { return nil }
        do throws(TraceFileError) {
            var format = try file.layout.formats.format(index)
            if let fields = selection.fields(format.name) { format.fields.removeAll { !fields.contains($0.name) } }
            let entry = Entry(format: format, role: Self.role(of: format))
            entries[id] = entry
            return entry
        } catch {
            // Once is enough.
            marks[id] = Mark.none
            damage.append(error)
            return nil
        }
    }

    private static func role(of format: EventFormat) -> Role {
        guard format.system == "ftrace" else { return .event }
        switch format.name {
        case "function": return .functionEntry(address: "ip")
        case "funcgraph_entry", "fgraph_retaddr_entry": return .functionEntry(address: "func")
        case "funcgraph_exit": return .functionReturn(address: "func")
        default: return .event
        }
    }

    private func functionField(_ role: Role) -> String? {
        switch role {
        case .event: nil
        case .functionEntry(let address), .functionReturn(let address): address
        }
    }
}

// MARK: - Functions

extension EventDecoder {
    /// Takes the name of the function at an address. Returns false if the function is not wanted.
    private func name(
        _ record: inout TraceRecord, _ kind: TraceRecord.Kind, _ address: String, _ format: EventFormat,
        _ bytes: RingBufferPayload
    ) -> Bool {
        guard let field = format.fields.first(where: { $0.name == address }),
            let value = bytes.integer(at: field.offset, size: field.size)
        else { return false }
        let answer = functionAnswers.value(at: value) { self.answer(value) }
        let isCalled = answer.module != nil && !answer.isWanted && isCalledByCaller(kind, format, bytes)
        if answer.isCaller, answer.module == nil, let level = level(format, bytes) {
            callers.follow(level, isEntry: kind == .functionEntry)
        }
        guard answer.isWanted || isCalled else { return false }
        record.kind = kind
        record.name = answer.name
        if let module = answer.module { record.fields.append(TraceField(name: "module", value: .text(module))) }
        return true
    }

    private func answer(_ address: UInt64) -> FunctionAnswer {
        var answer = FunctionAnswer(name: Self.hexadecimal(address), isWanted: true, isCaller: false)
        if let (symbol, offset) = symbols.symbol(at: address), offset <= TraceProbe.entryLength {
            answer.name = symbol.name
            answer.module = symbol.module
        }
        answer.isWanted = selection.functions(answer.name)
        answer.isCaller = selection.callers(answer.name)
        return answer
    }

    /// True if a caller entered the function: as `function` says it, or, in a function graph, on the level above.
    private func isCalledByCaller(_ kind: TraceRecord.Kind, _ format: EventFormat, _ bytes: RingBufferPayload) -> Bool {
        guard kind == .functionEntry else { return false }
        if let parent = integer("parent_ip", format, bytes) {
            guard let symbol = symbols.symbol(at: UInt64(bitPattern: parent))?.symbol else { return false }
            return symbol.module == nil && selection.callers(symbol.name)
        }
        guard let level = level(format, bytes) else { return false }
        return level.depth == 0 ? selection.callers("") : callers.called(level)
    }

    private func level(_ format: EventFormat, _ bytes: RingBufferPayload) -> GraphCallers.Level? {
        guard let depth = integer("depth", format, bytes),
            let pid = format.common.pid.flatMap({ bytes.integer(at: $0.offset, size: $0.size, isSigned: true) })
        else { return nil }
        return GraphCallers.Level(task: pid, depth: depth)
    }

    private func integer(_ name: String, _ format: EventFormat, _ bytes: RingBufferPayload) -> Int64? {
        format.fields.first { $0.name == name }.flatMap { bytes.integer(at: $0.offset, size: $0.size, isSigned: true) }
    }

    /// `klp_enable_patch`, `pre_patch_callback [livepatch_sample]`, as the kernel's `%ps`.
    private func function(_ address: UInt64) -> String? {
        guard resolvesAddresses else { return nil }
        return functionNames.value(at: address) {
            guard let (symbol, _) = symbols.symbol(at: address) else { return nil }
            return symbol.module.map { "\(symbol.name) [\($0)]" } ?? symbol.name
        }
    }

    /// `klp_enable_patch+0x0/0x3e0`, as the kernel's `%pS`.
    private func location(_ address: UInt64) -> String? {
        guard resolvesAddresses else { return nil }
        return locations.value(at: address) {
            guard let (symbol, offset) = symbols.symbol(at: address) else { return nil }
            let size = symbols.size(at: address).map { "/0x" + String($0, radix: 16) } ?? ""
            let place = "\(symbol.name)+0x\(String(offset, radix: 16))\(size)"
            return symbol.module.map { "\(place) [\($0)]" } ?? place
        }
    }

    private static func hexadecimal(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}

// MARK: - Fields

extension EventDecoder {
    private func task(_ format: EventFormat, _ bytes: RingBufferPayload) -> TraceTask? {
        guard let field = format.common.pid,
            let pid = bytes.integer(at: field.offset, size: field.size, isSigned: true)
        else { return nil }
        return TraceTask(name: tasks.name(of: Int(pid)), pid: Int(pid), group: nil)
    }

    private func value(_ field: EventFormatField, _ bytes: RingBufferPayload, _ format: EventFormat) -> TraceField
        .Value?
    {
        switch field.kind {
        case .integer:
            return number(field, bytes, format)
        case .characters:
            let size = field.size == 0 ? bytes.count - field.offset : field.size
            guard field.offset <= bytes.count else { return nil }
            return .text(bytes.text(at: field.offset, count: size))
        case .numbers(let size):
            if format.name == "bprint", field.name == "buf" { return .text(printed(format, bytes)) }
            return numbers(field, size, bytes)
        case .located(let isRelative, let isText):
            guard let location = bytes.integer(at: field.offset, size: 4) else { return nil }
            let start = Int(location & 0xFFFF) + (isRelative ? field.offset + field.size : 0)
            let count = Int(location >> 16)
            guard start + count <= bytes.count else { return nil }
            if isText { return .text(bytes.text(at: start, count: count)) }
            return numbers(bytes, start, count, size: 1)
        }
    }

    private func number(
        _ field: EventFormatField, _ bytes: RingBufferPayload, _ format: EventFormat
    ) -> TraceField.Value? {
        guard let number = bytes.integer(at: field.offset, size: field.size, isSigned: field.isSigned) else {
            // A structure: its bytes.
            return numbers(field, 1, bytes)
        }
        let address = UInt64(bitPattern: number)
        let text: String? =
            switch field.name {
            case "ip", "parent_ip", "caller_ip", "call_site": function(address)
            case "__probe_ip", "__probe_func", "__probe_ret_ip": location(address)
            case "str" where format.name == "bputs": printkFormats[address]
            default: nil
            }
        return text.map { .text($0) } ?? .number(number)
    }

    private func numbers(_ field: EventFormatField, _ size: Int, _ bytes: RingBufferPayload) -> TraceField.Value? {
        let count = field.size == 0 ? max(0, bytes.count - field.offset) / size * size : field.size
        return numbers(bytes, field.offset, count, size: size)
    }

    /// Numbers with commas between.
    private func numbers(_ bytes: RingBufferPayload, _ start: Int, _ count: Int, size: Int) -> TraceField.Value? {
        var words: [String] = []
        for offset in stride(from: start, to: start + count, by: size) {
            guard let number = bytes.integer(at: offset, size: size) else { return nil }
            words.append(String(number))
        }
        return .text(words.joined(separator: ","))
    }

    /// What trace_printk() would have written.
    private func printed(_ format: EventFormat, _ bytes: RingBufferPayload) -> String {
        guard let pointer = format.fields.first(where: { $0.name == "fmt" }),
            let arguments = format.fields.first(where: { $0.name == "buf" }),
            let address = bytes.integer(at: pointer.offset, size: pointer.size),
            let text = printkFormats[address]
        else { return "" }
        return PrintkFormat(text).text(
            bytes, from: arguments.offset, longSize: file.layout.ringBuffer.commitSize, symbol: function)
    }
}

/// What was found out about addresses. It forgets when it grows: a damaged trace may hold any number of addresses.
private struct AddressCache<Value> {
    private static var limit: Int { 1 << 16 }

    private var values: [UInt64: Value] = [:]

    mutating func value(at address: UInt64, found: () -> Value) -> Value {
        if let value = values[address] { return value }
        let value = found()
        if values.count >= Self.limit { values = [:] }
        values[address] = value
        return value
    }
}
