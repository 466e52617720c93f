/// What stands before the message on a text line.
///
/// Real files mix renderings, so the grammar tries its alternatives on every line:
///
///     [kern  :info  : ] [<6>] [date [host [facility.level]] tag: ] [[stamp][caller] [host kernel: ]] message
struct LinePrefix {
    var time: LogTime?
    var level: UInt8?
    var facility: UInt8?
    var caller: Range<Int>?
    /// True if another program's tag, or another kernel's, was found.
    var isForeign = false
    /// True if a program's tag was found, the kernel's or another's: a log daemon wrote the line.
    var namesProgram = false
    /// True if dmesg, not a daemon, wrote the date.
    private var isDmesgDate = false
    /// Where the message begins. A foreign one begins with its tag.
    var end: Int

    /// Recognises a prefix at `start`; nil if there is none.
    ///
    /// - Parameter namesHosts: The source is a log daemon's: a tag after a stamp and a host decides what is foreign.
    init?(in bytes: Span<UInt8>, at start: Int, namesHosts: Bool) {
        self.init(end: start)
        if bytes.has("(XEN) ", at: start) {
            isForeign = true
            return
        }
        readDecodedLevel(bytes)
        readLevel(bytes)
        let isKernel = readDate(bytes)
        if !isForeign { readStamp(bytes, namesHosts: namesHosts && !isKernel) }
        if end == start { return nil }
    }

    private init(end: Int) { self.end = end }

    static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "res0", "res1", "res2", "res3", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]
    static let levels = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"]

    /// `kern  :info  : ` of `dmesg --decode`.
    private mutating func readDecodedLevel(_ bytes: Span<UInt8>) {
        var position = end
        guard let facility = LinePrefix.name(of: LinePrefix.facilities, in: bytes, &position) else { return }
        bytes.skipBlanks(&position)
        guard bytes.skip(UInt8(ascii: ":"), &position),
            let level = LinePrefix.name(of: LinePrefix.levels, in: bytes, &position)
        else { return }
        bytes.skipBlanks(&position)
        guard bytes.skip(": ", &position) else { return }
        self.facility = UInt8(facility)
        self.level = UInt8(level)
        end = position
    }

    /// `<6>`: the facility times eight plus the level.
    private mutating func readLevel(_ bytes: Span<UInt8>) {
        var position = end
        guard bytes.skip(UInt8(ascii: "<"), &position), let number = bytes.number(&position), number < 192,
            bytes.skip(UInt8(ascii: ">"), &position)
        else { return }
        level = UInt8(number & 7)
        facility = UInt8(number >> 3)
        end = position
    }

    /// A date with the host and the tag after it, or a bare `kernel: `. Returns true if the tag is the kernel's.
    private mutating func readDate(_ bytes: Span<UInt8>) -> Bool {
        var position = end
        if bytes.skip("kernel: ", &position) {
            end = position
            namesProgram = true
            return true
        }
        guard let time = LinePrefix.date(in: bytes, &position) else { return false }
        guard bytes.skip(UInt8(ascii: " "), &position) else {
            // A record without a message, or something else that begins like a date.
            guard position == bytes.count else { return false }
            self.time = time
            end = position
            return false
        }
        self.time = time
        // dmesg writes a comma and names no host; log daemons write a point.
        isDmesgDate = time.clock == .calendar && bytes.byte(end + 19) == UInt8(ascii: ",")
        end = position
        return isDmesgDate ? false : readTag(bytes, mayLackColon: time.clock == .midnight)
    }

    private static func date(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        let start = position
        if bytes.byte(start).isDigit {
            if let time = Calendar.isoDate(in: bytes, &position) { return time }
            position = start
            return Calendar.timeOfDay(in: bytes, &position)
        }
        if Calendar.weekday(in: bytes, &position) {
            // journalctl -o short-full: Sat 2026-11-21 03:22:25 UTC
            guard bytes.skip(UInt8(ascii: " "), &position), let time = Calendar.isoDate(in: bytes, &position) else {
                return nil
            }
            var zone = position
            if bytes.skip(UInt8(ascii: " "), &zone) {
                while bytes.byte(zone).isUppercase { zone += 1 }
                if bytes.byte(zone).isBlank { position = zone }
            }
            return time
        }
        return Calendar.syslogDate(in: bytes, &position)
    }

    /// `host kernel: `, `host kern.info kernel: `, `kernel: ` or `host sshd[123]: `, the host being absent or not.
    private mutating func readTag(_ bytes: Span<UInt8>, mayLackColon: Bool) -> Bool {
        var position = end
        let first = bytes.word(&position)
        if let tag = Tag(in: bytes, first), tag.isKernel || tag.hasNumber {
            return take(tag, bytes, wordEnd: position)
        }
        if mayLackColon {
            // 03:49:13.371936 kernel livepatch: ...
            let tag = Tag(withoutColon: bytes, first)
            return tag.isKernel || tag.hasNumber ? take(tag, bytes, wordEnd: position) : false
        }
        guard LinePrefix.isHost(bytes, first), bytes.skip(UInt8(ascii: " "), &position) else { return false }
        var second = bytes.word(&position)
        if let number = LinePrefix.dottedLevel(in: bytes, second), bytes.skip(UInt8(ascii: " "), &position) {
            level = UInt8(number & 7)
            facility = UInt8(number >> 3)
            second = bytes.word(&position)
        }
        guard let tag = Tag(in: bytes, second) else { return false }
        return take(tag, bytes, wordEnd: position)
    }

    private mutating func take(_ tag: Tag, _ bytes: Span<UInt8>, wordEnd: Int) -> Bool {
        namesProgram = true
        if tag.isKernel {
            end = wordEnd
            _ = bytes.skip(UInt8(ascii: " "), &end)
            return true
        }
        isForeign = true
        end = tag.start
        return false
    }

    /// `[   12.345678]`, the caller after it, and for `journalctl -o short-monotonic` the host and the tag.
    private mutating func readStamp(_ bytes: Span<UInt8>, namesHosts: Bool) {
        guard let stamp = takeStamp(bytes) else {
            // Behind a date without brackets dmesg writes the caller alone.
            guard time != nil else { return }
            caller = bytes.caller(&end)
            if caller != nil { _ = bytes.skip(UInt8(ascii: " "), &end) }
            return
        }
        // A stamp that dmesg wrote is the last: what looks like one behind it is the message.
        if stamp.isTerminals { takeStamp(bytes) }
        caller = bytes.caller(&end)
        guard bytes.skip(UInt8(ascii: " "), &end) else { return }
        var position = end
        let host = bytes.word(&position)
        guard LinePrefix.isHost(bytes, host), bytes.skip(UInt8(ascii: " "), &position) else { return }
        let word = bytes.word(&position)
        guard let tag = Tag(in: bytes, word), tag.isKernel || (namesHosts && tag.hasNumber) else { return }
        _ = take(tag, bytes, wordEnd: position)
    }

    /// A stamp, behind blanks and a level if a daemon's or a terminal's clock stood before them.
    @discardableResult
    private mutating func takeStamp(_ bytes: Span<UInt8>) -> Stamp? {
        var prefix = self
        if time != nil {
            if isDmesgDate { return nil }
            bytes.skipBlanks(&prefix.end)
            prefix.readLevel(bytes)
        }
        guard let stamp = Stamp(in: bytes, at: prefix.end) else { return nil }
        self = prefix
        time = stamp.time
        end = stamp.end
        return stamp
    }

    /// True for a host's name or address.
    private static func isHost(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard let last = word.last, bytes.byte(last) != UInt8(ascii: ":") else { return false }
        return word.allSatisfy { index in
            let byte = bytes.byte(index)
            return byte.isLetter || byte.isDigit || "-._:%".utf8.contains(byte)
        }
    }

    /// `kern.info`, as a priority.
    private static func dottedLevel(in bytes: Span<UInt8>, _ word: Range<Int>) -> Int? {
        var position = word.lowerBound
        guard let facility = name(of: facilities, in: bytes, &position), bytes.skip(UInt8(ascii: "."), &position),
            let level = name(of: levels, in: bytes, &position), position == word.upperBound
        else { return nil }
        return facility * 8 + level
    }

    /// Moves over one of the names, the longest that stands here.
    private static func name(of names: [String], in bytes: Span<UInt8>, _ position: inout Int) -> Int? {
        var best: (index: Int, length: Int)?
        for (index, name) in names.enumerated() where bytes.has(name, at: position) {
            if name.utf8.count > best?.length ?? 0 { best = (index, name.utf8.count) }
        }
        guard let best else { return nil }
        position += best.length
        return best.index
    }
}
