import Livepatch
import Reconstruction
import ReferenceEngine

/// A module that prints its calls, as the log is read: what it has printed of the call that is running, and how its pointers
/// are called.
struct ShadowCaller {
    /// The kernel's own test module, whose source says which lines it prints.
    static let selftest = "test_klp_shadow_vars"

    let name: String
    var use: ShadowUse
    /// Lines of its constructor and destructor that wait for the line of their call.
    var constructed: [Observation] = []
    var destroyed: [Observation] = []
    /// The line that says what the call before it found. The test module prints it right after the call, or not at all if it
    /// is not what it stored; other modules may print nothing.
    var awaited: (expectation: Expectation, call: Observation, isNeeded: Bool)?
    /// Why lines before the next call may be missing.
    var cut: Undecided.Reason?
    /// True after a contradiction, until a call fits again: what follows from one fault is no other.
    var isDisturbed = false
    /// True if the log shows the module being loaded, and no variable was left by an earlier load: then nothing is attached
    /// to its own memory that it has not attached itself.
    private(set) var isFresh = false
    /// The pointers of the constructor and the destructor that print.
    var constructor: String?
    var destructor: String?
    /// The ids of which something is known.
    var ids: Set<UInt64> = []
    /// Its last call of klp_shadow_free_all.
    var lastFreeAll: Observation?
    /// Its last line.
    var last: Observation?
    private var load = 0
    /// The highest number so far; nil before the first line of a load, and where lines may be missing.
    private var highestNumber: Int?
    private var countsNumbers = false

    init(name: String) {
        self.name = name
        use = ShadowUse(caller: name)
        prefix = "\(name)#0/"
    }

    /// The module is loaded: its pointers have new names.
    mutating func beginLoad(leaving left: Int) {
        isFresh = left == 0
        load += 1
        prefix = "\(name)#\(load)/"
        highestNumber = nil
        countsNumbers = true
        ids = []
        constructor = nil
        destructor = nil
        lastFreeAll = nil
        cut = nil
        isDisturbed = false
        constructed = []
        destroyed = []
        awaited = nil
    }

    /// Nobody knows whether the load succeeded.
    mutating func doubtLoad() { isFresh = false }

    /// True if the lines of a call are not complete yet.
    var isWaiting: Bool { !constructed.isEmpty || !destroyed.isEmpty || awaited?.isNeeded == true }

    /// Nothing that was known of its variables counts any more.
    mutating func loseTrack() {
        countsNumbers = false
        ids = []
        isFresh = false
        constructed = []
        destroyed = []
        awaited = nil
        constructor = nil
        destructor = nil
    }

    /// A name for the pointer that no other module's pointer has. A number is the module's own and lasts for one load.
    func qualified(_ pointer: String) -> String {
        if ShadowArguments.isNull(pointer) { return ShadowArguments.null }
        return Self.number(pointer) == nil ? pointer : prefix + pointer
    }

    /// The arguments with qualified pointers.
    func qualified(_ arguments: ShadowArguments?) -> ShadowArguments {
        var result = arguments ?? ShadowArguments()
        result.changePointers { qualified($0) }
        return result
    }

    /// The event as the module would print it.
    func printed(_ event: Event) -> Event {
        var event = event
        event.shadow?.changePointers {
            if $0 == ShadowArguments.null { return "PTR0" }
            return $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0
        }
        return event
    }

    /// True if the pair's object is named by this load of the module.
    func names(_ key: ShadowVariables.Key) -> Bool { key.object.hasPrefix(prefix) }

    /// True unless the pointer's name is one that another module, or another load of this one, gave it.
    func canName(_ pointer: String) -> Bool { !pointer.contains("#") || pointer.hasPrefix(prefix) }

    /// True if the pair's object is named by this load of the module or by an earlier one.
    func hasNamed(_ key: ShadowVariables.Key) -> Bool { key.object.hasPrefix("\(name)#") }

    /// True if the pair's object is named as any module may name it: by a hashed pointer, or NULL.
    static func isShared(_ key: ShadowVariables.Key) -> Bool { !key.object.contains("#") }

    /// True if the line mentions a new number and several before it were never mentioned: lines are missing. (Numbers are
    /// handed out in the order of the first mention; which is the first of a load depends on the kernel. One line
    /// mentions at most two new ones besides those of the lines that belong to it.)
    mutating func skipsNumbers(_ arguments: ShadowArguments?) -> Bool {
        var mentioned: Set<Int> = []
        var copy = arguments
        copy?.changePointers { pointer in
            if let number = Self.number(pointer) { mentioned.insert(number) }
            return pointer
        }
        guard countsNumbers, let newest = mentioned.max() else { return false }
        let highest = highestNumber ?? newest
        highestNumber = max(highest, newest)
        return newest - highest - mentioned.count { $0 > highest } > 2
    }

    /// Stands before the module's own numbers.
    private var prefix: String

    private static func number(_ pointer: String) -> Int? {
        pointer.hasPrefix("PTR") ? Int(pointer.dropFirst(3)).flatMap { 0..<1_000_000 ~= $0 ? $0 : nil } : nil
    }
}
