/// An argument of a message: what text it may have and which part of the event it is.
enum Hole: String, Hashable, Sendable {
    /// The livepatch module: a word.
    case patch
    /// The klp_object: a word, also `(null)`.
    case object
    /// The target module; the same part of the event as `object`.
    case module
    /// `patching` or `unpatching`.
    case direction
    /// The other direction than `direction`, which stands before it.
    case opposite
    /// `pre_patch` and so on.
    case callback
    /// `pre-patch` and so on (kpatch's spelling).
    case dashedCallback
    /// `setup` and so on: the names of callbacks in states-2023.
    case stage
    /// `MODULE_STATE_LIVE` and so on.
    case moduleState
    /// The words that belong to the module's state, which stands before it.
    case moduleStateRemark
    /// A decimal number, perhaps negative.
    case number
    /// A function, symbol or section: a word.
    case name
    /// A word made of hexadecimal digits or whatever printk made of a pointer.
    case pointer
    /// A task as `comm:pid`; the name may hold blanks and colons.
    case task
    /// What the kernel's test_klp_state modules say of console_loglevel, and test_klp_speaker_livepatch of an error it is told to
    /// return.
    case stateText
    /// What the kernel's other test modules say when their code runs.
    case outputText
    /// A word that says nothing, and is never printed.
    case word
    /// Anything, also nothing.
    case text
    /// Parts of `Event.shadow`: pointers, hexadecimal numbers, flags by name.
    case shadowObject, shadowID, shadowSize, shadowFlags, shadowData, shadowContent
    case constructor, constructorData, destructor

    /// False if neither these bytes nor any that begin with them can be the argument.
    func mayBe(_ bytes: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .patch, .object, .module, .name, .word, .pointer, .shadowObject, .shadowID, .shadowSize, .shadowFlags,
            .shadowData, .shadowContent, .constructor, .constructorData, .destructor:
            Self.isWord(bytes) || bytes.isEmpty || Self.isPaddedNull(bytes)
        default: true
        }
    }

    /// Takes the bytes as this argument. False if they cannot be it, or contradict an earlier hole of the line.
    func fill(_ bytes: ArraySlice<UInt8>, into event: inout Event) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .patch: return Self.isWord(bytes) && Self.set(&event.patch, text)
        case .object, .module: return Self.isWord(bytes) && Self.set(&event.object, text)
        case .name: return Self.isWord(bytes) && Self.set(&event.name, text)
        case .pointer: return Self.isWord(bytes) && Self.set(&event.text, text)
        case .direction: return Direction(rawValue: text).map { Self.set(&event.direction, $0) } ?? false
        case .opposite: return event.direction != nil && Direction(rawValue: text) == event.direction?.reversed
        case .callback: return CallbackKind(rawValue: text).map { Self.set(&event.callback, $0) } ?? false
        case .dashedCallback:
            return CallbackKind.allCases.first { $0.dashed == text }.map { Self.set(&event.callback, $0) } ?? false
        case .stage:
            return CallbackKind.allCases.first { $0.stage == text }.map { Self.set(&event.callback, $0) } ?? false
        case .moduleState: return ModuleState(rawValue: text).map { Self.set(&event.moduleState, $0) } ?? false
        case .moduleStateRemark: return event.moduleState?.remark == text
        case .number: return Self.isNumber(bytes) && Int(text).map { Self.set(&event.number, $0) } ?? false
        case .task: return Self.fillTask(bytes, into: &event)
        case .stateText:
            let isOfState = Self.begins(bytes, with: Self.stateTexts) || text.contains(Event.forcedError)
            return isOfState && Self.set(&event.text, text)
        case .outputText: return Self.begins(bytes, with: Self.outputTexts) && Self.set(&event.text, text)
        case .word: return Self.isWord(bytes)
        case .text: return Self.set(&event.text, text)
        case .shadowObject, .shadowID, .shadowSize, .shadowFlags, .shadowData, .shadowContent, .constructor,
            .constructorData, .destructor:
            return fillShadow(bytes, into: &event)
        }
    }

    /// The argument's text, or nil if the event does not have it.
    func text(of event: Event) -> String? {
        switch self {
        case .patch: event.patch
        case .object, .module: event.object
        case .name: event.name
        case .pointer, .stateText, .outputText, .text: event.text
        case .direction: event.direction?.rawValue
        case .opposite: event.direction?.reversed.rawValue
        case .word: nil
        case .callback: event.callback?.rawValue
        case .dashedCallback: event.callback?.dashed
        case .stage: event.callback?.stage
        case .moduleState: event.moduleState?.rawValue
        case .moduleStateRemark: event.moduleState?.remark
        case .number: event.number.map(String.init)
        case .task: event.text.flatMap { task in event.number.map { "\(task):\($0)" } }
        case .shadowObject, .shadowID, .shadowSize, .shadowFlags, .shadowData, .shadowContent, .constructor,
            .constructorData, .destructor:
            shadowText(of: event)
        }
    }

    /// `comm:pid`; the pid stands after the last colon because a name like `kworker/0:1` has colons of its own.
    private static func fillTask(_ bytes: ArraySlice<UInt8>, into event: inout Event) -> Bool {
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex else { return false }
        let digits = bytes[(colon + 1)...]
        guard isNumber(digits), let pid = Int(String(decoding: digits, as: UTF8.self)) else { return false }
        return set(&event.text, String(decoding: bytes[..<colon], as: UTF8.self)) && set(&event.number, pid)
    }

    /// The second mention of an argument in one line has to say the same as the first.
    private static func set<Value: Equatable>(_ slot: inout Value?, _ value: Value) -> Bool {
        if let present = slot { return present == value }
        slot = value
        return true
    }

    private static let stateTexts = [
        "allocate_loglevel_state: ", "fix_console_loglevel: ", "restore_console_loglevel: ", "free_loglevel_state: ",
    ].map { Array($0.utf8) }
    private static let outputTexts = [
        "busymod_work_func", "this has been live patched", "speaker_welcome", "livepatch_speaker_welcome",
        "lp_speaker_welcome", "livepatch_call_speaker: ", "call_speaker: ", "block_doors_func: ",
        "lp_block_doors_func: ", "do_block_doors: ", "The doors are ", "block_state_disable_get: ",
    ].map { Array($0.utf8) }

    private static func begins(_ bytes: ArraySlice<UInt8>, with texts: [[UInt8]]) -> Bool {
        texts.contains { bytes.starts(with: $0) }
    }

    /// Words have no blanks, quotes or colons; a symbol may have dots, a section anything printable.
    static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: ":") && $0 != 0x7f }
    }

    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes
        return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension CallbackKind {
    /// The name with a dash, as kpatch prints it.
    var dashed: String { String(rawValue.map { $0 == "_" ? "-" : $0 }) }
}
