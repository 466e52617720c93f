/// The arguments of an event, read from its text.
///
/// Fields are called as the kernel's event formats call them, whatever the text calls them, so that a text and a
/// binary trace of one run give the same. Strings that the kernel could not read (`(fault)`, or `""` in trace-cmd) are empty.
struct EventFields {
    private(set) var fields: [TraceField] = []

    /// - Parameters:
    ///   - name: The event's canonical name.
    ///   - line: The line, which ends where the text ends.
    ///   - start: Where the text begins.
    init(of name: String, in line: Span<UInt8>, at start: Int, isAligned: Bool) {
        switch name {
        case "console": takeMessage(line, start, isAligned, "msg")
        case "print", "bprint", "bputs": takePrint(line, start, name, isAligned)
        case "module_load", "module_free", "module_get", "module_put", "module_request": takeModule(line, start, name)
        case "sys_enter", "sys_exit": takeRawSyscall(line, start)
        case "sched_switch": takeSwitch(line, start)
        case "sched_wakeup", "sched_wakeup_new", "sched_waking": takeWakeup(line, start)
        default:
            if name.hasPrefix("sys_enter_") {
                takeSyscallEntry(line, start)
            } else if name.hasPrefix("sys_exit_") {
                takeSyscallExit(line, start)
            } else {
                takePairs(line, takeProbe(line, start), name)
            }
        }
    }

    private mutating func add(_ name: String, _ value: TraceField.Value) {
        fields.append(TraceField(name: name, value: value))
    }

    private mutating func add(_ name: String, text line: Span<UInt8>, _ range: Range<Int>) {
        add(name, .text(line.text(range)))
    }
}

// MARK: - Free text

extension EventFields {
    /// The whole text. `trace-cmd report -R` writes `msg=` before it.
    private mutating func takeMessage(_ line: Span<UInt8>, _ start: Int, _ isAligned: Bool, _ name: String) {
        var position = start
        if isAligned, line.has(" msg=", at: position) { position += " msg=".utf8.count }
        add(name, .text(line.text(from: position)))
    }

    /// What was written to trace_marker, and trace_printk: `caller: text`. tracefs names the event after the caller.
    private mutating func takePrint(_ line: Span<UInt8>, _ start: Int, _ name: String, _ isAligned: Bool) {
        var position = start
        guard isAligned else {
            add("ip", .text("tracing_mark_write"))
            add("buf", .text(line.text(from: position)))
            return
        }
        line.skipBlanks(&position)
        _ = line.skip("ip=", &position)
        let caller = position
        while line.byte(position).isSymbol { position += 1 }
        let end = position
        if end > caller, line.skip(": ", &position) || line.skip(" buf=", &position) || line.skip(" str=", &position) {
            add("ip", text: line, caller..<end)
        } else {
            position = start
        }
        add(name == "bputs" ? "str" : "buf", .text(line.text(from: position)))
    }
}

// MARK: - module

extension EventFields {
    /// `NAME OE`, `NAME`, `NAME call_site=f refcnt=1`, `NAME wait=1 call_site=f`; with -R ` taints=45056 name=NAME`.
    private mutating func takeModule(_ line: Span<UInt8>, _ start: Int, _ event: String) {
        var position = start
        line.skipBlanks(&position)
        let begin = position
        while line.byte(position).isSymbol || line.byte(position) == UInt8(ascii: "-") { position += 1 }
        guard line.byte(position) != UInt8(ascii: "=") else { return takePairs(line, start, event) }
        add("name", text: line, begin..<position)
        if event == "module_load" {
            let taints = line.trimmed(position, line.count)
            if !taints.isEmpty { add("taints", text: line, taints) }
        } else {
            takePairs(line, position, event)
        }
    }
}

// MARK: - System calls

extension EventFields {
    /// tracefs: `(fd: 3, uargs: 55d74bb9d4a0, flags: 0)`, with `verbose` also types; trace-cmd: `fd: 0x00000003, ...`.
    /// The numbers are hexadecimal. Newer kernels write strings behind pointers: `name_user: 0x55d7 "livepatch"`.
    private mutating func takeSyscallEntry(_ line: Span<UInt8>, _ start: Int) {
        var position = start
        line.skipBlanks(&position)
        if line.has("__syscall_nr=", at: position) { return takePairs(line, position, "") }
        _ = line.skip(byte: "(", &position)
        while let colon = line.find(byte: ":", from: position) {
            var key = colon
            while line.byte(key - 1).isWord { key -= 1 }
            let name = key..<colon
            position = colon + 1
            line.skipBlanks(&position)
            _ = line.skip("0x", &position)
            let digits = position
            guard !name.isEmpty, let number = line.hexadecimal(&position) else {
                position = max(digits, colon + 1)
                continue
            }
            add(line.text(name), .number(number))
            if line.skip(" \"", &position) {
                let end = line.endOfQuote(position)
                add("__\(line.text(name))_val", text: line, position..<end)
                position = end
            }
        }
    }

    /// `0x0`, `-16`; with -R ` __syscall_nr=313 ret=0x0`.
    private mutating func takeSyscallExit(_ line: Span<UInt8>, _ start: Int) {
        let text = line.trimmed(start, line.count)
        if let value = line.wholeNumber(text) {
            add("ret", .number(value))
        } else {
            takePairs(line, start, "")
        }
    }

    /// `NR 313 (3, 55d7, 0, 0, 0, 0)`, `NR 313 = 0`.
    private mutating func takeRawSyscall(_ line: Span<UInt8>, _ start: Int) {
        var position = start
        line.skipBlanks(&position)
        guard line.skip("NR ", &position) else { return takePairs(line, start, "") }
        let number = position
        while position < line.count, !line.byte(position).isBlank { position += 1 }
        if let value = line.wholeNumber(number..<position) { add("id", .number(value)) }
        line.skipBlanks(&position)
        if line.skip("= ", &position) {
            if let value = line.wholeNumber(line.trimmed(position, line.count)) { add("ret", .number(value)) }
        } else if line.skip(byte: "(", &position) {
            var index = 0
            while let value = line.hexadecimal(&position) {
                add("args\(index)", .number(value))
                index += 1
                guard line.skip(", ", &position) else { break }
            }
        }
    }
}

// MARK: - sched

extension EventFields {
    /// `prev_comm=a prev_pid=1 ... ==> next_comm=b ...`; libtraceevent: `a:1 [120] R ==> b:2 [120]`.
    private mutating func takeSwitch(_ line: Span<UInt8>, _ start: Int) {
        guard !line.has("prev_comm=", at: line.trimmed(start, line.count).lowerBound),
            let arrow = line.find(" ==> ", from: start)
        else { return takePairs(line, start, "") }
        let previous = line.trimmed(start, arrow)
        let mark = takeTask(line, previous, "prev_")
        let state = line.trimmed(mark, previous.upperBound)
        if !state.isEmpty { add("prev_state", text: line, state) }
        _ = takeTask(line, line.trimmed(arrow + " ==> ".utf8.count, line.count), "next_")
    }

    /// `comm=a pid=1 prio=120 target_cpu=000`; libtraceevent: `a:1 [120] CPU:000`.
    private mutating func takeWakeup(_ line: Span<UInt8>, _ start: Int) {
        let text = line.trimmed(start, line.count)
        guard !line.has("comm=", at: text.lowerBound), let target = line.findLast("CPU:", from: text.lowerBound) else {
            return takePairs(line, start, "")
        }
        _ = takeTask(line, line.trimmed(start, target), "")
        var position = target + "CPU:".utf8.count
        if let cpu = line.integer(&position) { add("target_cpu", .number(Int64(cpu))) }
    }

    /// `comm:pid [prio]`; the comm may hold anything. Returns where the priority ends.
    private mutating func takeTask(_ line: Span<UInt8>, _ range: Range<Int>, _ prefix: String) -> Int {
        var search = range.lowerBound
        while let colon = line.find(byte: ":", from: search), colon < range.upperBound {
            search = colon + 1
            var position = colon + 1
            guard let pid = line.integer(&position) else { continue }
            var end = position
            var prio: Int?
            if line.skip(" [", &position), let number = line.integer(&position), line.skip(byte: "]", &position) {
                prio = number
                end = position
            } else if end != range.upperBound {
                continue
            }
            add(prefix + "comm", text: line, range.lowerBound..<colon)
            add(prefix + "pid", .number(Int64(pid)))
            if let prio { add(prefix + "prio", .number(Int64(prio))) }
            return end
        }
        return range.lowerBound
    }
}

// MARK: - Probes

extension EventFields {
    /// `(klp_enable_patch+0x0/0x940)`, `(return_to_handler+0x0/0x40 <- klp_enable_patch)`; trace-cmd and perf:
    /// `(ffffffff8cd3f390)`, `(ffffffff8cd3f390 <- ffffffff8cc024b9)`. Returns where the arguments begin.
    private mutating func takeProbe(_ line: Span<UInt8>, _ start: Int) -> Int {
        guard let probe = ProbePlace(line, at: start) else { return start }
        if let function = probe.function {
            add("__probe_func", place(line, function))
            add("__probe_ret_ip", place(line, probe.address))
        } else {
            add("__probe_ip", place(line, probe.address))
        }
        return probe.end
    }

    /// An address that no symbol was found for is a number.
    private func place(_ line: Span<UInt8>, _ range: Range<Int>) -> TraceField.Value {
        var position = range.lowerBound
        _ = line.skip("0x", &position)
        if let address = line.hexadecimal(&position), position == range.upperBound { return .number(address) }
        return .text(line.text(range))
    }
}

/// Where a probe was hit, as its event's text begins with it.
struct ProbePlace {
    /// The probed instruction, or where a function returned to.
    var address: Range<Int>
    /// The function that returned; nil if the probe is none of a return.
    var function: Range<Int>?
    /// Behind the parenthesis.
    var end: Int

    init?(_ line: Span<UInt8>, at start: Int) {
        var position = start
        guard line.skip(byte: "(", &position) else { return nil }
        let first = position
        guard let firstEnd = line.endOfPlace(&position) else { return nil }
        address = first..<firstEnd
        if line.skip(" <- ", &position) {
            let second = position
            guard let secondEnd = line.endOfPlace(&position) else { return nil }
            // tracefs writes `(to <- function)`, the event's own format `(function <- from)`. Only tracefs knows symbols.
            if line.isBareHexadecimal(address) {
                function = address
                address = second..<secondEnd
            } else {
                function = second..<secondEnd
            }
        }
        guard line.skip(byte: ")", &position) else { return nil }
        end = position
    }

    /// Where in the function it is, as far as the text says it.
    func point(_ line: Span<UInt8>) -> TraceProbe.Point {
        if function != nil { return .functionReturn }
        guard symbol(line) != nil, var position = line.find("+0x", from: address.lowerBound),
            position < address.upperBound
        else { return .entry }
        position += "+0x".utf8.count
        guard let offset = line.hexadecimal(&position) else { return .entry }
        return (0...Int64(TraceProbe.entryLength)).contains(offset) ? .entry : .inside
    }

    /// True for a function of a module: `pre_patch_callback+0x4/0x30 [livepatch_sample]`.
    func isInModule(_ line: Span<UInt8>) -> Bool {
        line.byte((function ?? address).upperBound - 1) == UInt8(ascii: "]")
    }

    /// The name of the probed function, if the text says it.
    func symbol(_ line: Span<UInt8>) -> Range<Int>? {
        let place = function ?? address
        var position = place.lowerBound
        while position < place.upperBound, line[position].isSymbol { position += 1 }
        let symbol = place.lowerBound..<position
        return symbol.isEmpty || line.has("0x", at: symbol.lowerBound) || line.isBareHexadecimal(symbol) ? nil : symbol
    }
}

extension Span where Element == UInt8 {
    /// Moves over `function+0x0/0x40`, `function+0x0/0x40 [module]`, `0xffffffffc04bb06f` or `ffffffff8cd3f390`.
    fileprivate func endOfPlace(_ position: inout Int) -> Int? {
        let start = position
        while byte(position).isSymbol || byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "/") {
            position += 1
        }
        guard position > start else { return nil }
        var next = position
        if skip(byte: " ", &next), !module(&next).isEmpty {
            // The blank behind it is not the module's: ` <- function` may follow.
            position = next
            while byte(position - 1).isBlank { position -= 1 }
        }
        return position
    }

    fileprivate func isBareHexadecimal(_ range: Range<Int>) -> Bool {
        range.count >= 8 && range.allSatisfy { self[$0].hexadecimal != nil }
    }
}

// MARK: - name=value

extension EventFields {
    /// `sig=17 comm=Web Content [action=SCHED] patch="livepatch"`: a value ends where the next name begins.
    private mutating func takePairs(_ line: Span<UInt8>, _ start: Int, _ event: String) {
        guard var key = line.nextKey(from: start) else { return }
        while true {
            let name = Self.canonical(line.text(key), event)
            let begin = key.upperBound + 1
            if line.byte(begin) == UInt8(ascii: "\"") {
                let end = line.endOfQuote(begin + 1)
                add(name, text: line, begin + 1..<end)
                guard let next = line.nextKey(from: end + 1) else { return }
                key = next
            } else {
                let next = line.nextKey(from: begin)
                let isBracketed = line.byte(key.lowerBound - 1) == UInt8(ascii: "[")
                add(name, line.value(begin, next?.lowerBound ?? line.count, name, isBracketed))
                guard let next else { return }
                key = next
            }
        }
    }

    /// What the format calls a field that the text calls otherwise.
    private static func canonical(_ name: String, _ event: String) -> String {
        switch (event, name) {
        case ("signal_generate", "grp"): "group"
        case ("signal_generate", "res"): "result"
        case ("sched_process_fork", "comm"): "parent_comm"
        case ("sched_process_fork", "pid"): "parent_pid"
        case ("module_get", "call_site"), ("module_put", "call_site"), ("module_request", "call_site"): "ip"
        default: name
        }
    }
}

extension Span where Element == UInt8 {
    /// The next `name=` that begins a word.
    fileprivate func nextKey(from start: Int) -> Range<Int>? {
        var search = start
        while let equals = find(byte: "=", from: search) {
            search = equals + 1
            var key = equals
            while key > start, self[key - 1].isWord { key -= 1 }
            guard key < equals, !self[key].isDigit else { continue }
            let before = byte(key - 1)
            if key == start || before.isBlank || before == UInt8(ascii: "[") || before == UInt8(ascii: ",") {
                return key..<equals
            }
        }
        return nil
    }

    /// The quotation mark that ends a string. The kernel does not escape those within: the last one before the next blank
    /// and name, or before the end, counts.
    fileprivate func endOfQuote(_ start: Int) -> Int {
        var position = start
        while let quote = find(byte: "\"", from: position) {
            let next = byte(quote + 1)
            if quote + 1 >= count || next.isBlank || next == UInt8(ascii: ",") || next == UInt8(ascii: ")") {
                return quote
            }
            position = quote + 1
        }
        return count
    }

    /// The value of a field, without what parts it from the next one.
    fileprivate func value(_ start: Int, _ end: Int, _ name: String, _ isBracketed: Bool) -> TraceField.Value {
        var range = trimmed(start, end)
        cut(" ==>", &range)
        cut(" [", &range)
        cut(",", &range)
        if isBracketed { cut("]", &range) }
        if range.count == "(fault)".utf8.count, has("(fault)", at: range.lowerBound) { return .text("") }
        switch name {
        case "sa_handler", "sa_flags", "__probe_ip", "__probe_func", "__probe_ret_ip", "calltime", "rettime":
            // These formats print hexadecimal digits without 0x.
            var position = range.lowerBound
            if let value = hexadecimal(&position), position == range.upperBound { return .number(value) }
        case "comm", "prev_comm", "next_comm", "child_comm", "parent_comm", "filename", "name", "mod":
            return .text(text(range))
        default: break
        }
        var number = range
        cut(" [ns]", &number)
        return wholeNumber(number).map { .number($0) } ?? .text(text(range))
    }

    private func cut(_ tail: StaticString, _ range: inout Range<Int>) {
        let start = range.upperBound - tail.utf8CodeUnitCount
        if start >= range.lowerBound, has(tail, at: start) { range = trimmed(range.lowerBound, start) }
    }

    /// `-16`, `16`, `0xfffffffffffffff0`; nil if the range holds anything else. Unsigned numbers keep their bits.
    func wholeNumber(_ range: Range<Int>) -> Int64? {
        var position = range.lowerBound
        if skip("0x", &position) {
            let value = hexadecimal(&position)
            return position == range.upperBound ? value : nil
        }
        let isNegative = skip(byte: "-", &position)
        let digits = position
        var value: UInt64 = 0
        while position < range.upperBound, self[position].isDigit {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(self[position] - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
            position += 1
        }
        guard position == range.upperBound, position > digits else { return nil }
        if isNegative { return value <= UInt64(Int64.max) ? -Int64(value) : nil }
        return Int64(bitPattern: value)
    }
}
