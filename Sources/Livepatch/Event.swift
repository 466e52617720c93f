/// One line that the livepatch subsystem, a livepatch, the module loader or somebody around them printed.
///
/// The meaning of the arguments depends on the message; the catalogue says which it has.
public struct Event: Hashable, Sendable {
    /// Which message.
    public var message: MessageID
    /// The livepatch module (`P` in the reference).
    public var patch: String?
    /// The klp_object: `vmlinux` or a module's name.
    public var object: String?
    /// The direction of the transition; for `reversing` the direction that is given up.
    public var direction: Direction?
    /// Which callback.
    public var callback: CallbackKind?
    /// The state of the object's module, where the callback prints it.
    public var moduleState: ModuleState?
    /// A number: an errno (negative), a line, a count.
    public var number: Int?
    /// A function, a symbol, a command, a source file: see the message.
    public var name: String?
    /// The rest of the line, where it is free text.
    public var text: String?
    /// What a line about shadow variables says of them.
    public var shadow: ShadowArguments? {
        get { shadowBox?.arguments }
        set { shadowBox = newValue.map { .holding($0) } }
    }
    private var shadowBox: ShadowBox?

    /// Puts a `Event` together from its parts.
    public init(
        _ message: MessageID, patch: String? = nil, object: String? = nil, direction: Direction? = nil,
        callback: CallbackKind? = nil, moduleState: ModuleState? = nil, number: Int? = nil, name: String? = nil,
        text: String? = nil, shadow: ShadowArguments? = nil
    ) {
        self.message = message
        self.patch = patch
        self.object = object
        self.direction = direction
        self.callback = callback
        self.moduleState = moduleState
        self.number = number
        self.name = name
        self.text = text
        shadowBox = shadow.map { .holding($0) }
    }

    /// True if both say the same of the livepatch subsystem: message, patch, object, direction and callback agree.
    /// Details that a model cannot predict (numbers other than a state's, symbols, the module's state) may differ; what a livepatch
    /// or a module says in its own words may not.
    public func saysTheSame(as other: Event) -> Bool {
        message == other.message && patch == other.patch && object == other.object && direction == other.direction
            && callback == other.callback && (!message.isFreeText || words == other.words)
            && (message != .stateCallback || number == other.number)
    }

    /// The line's own words. A destructor's line is known in full (from a manifest) or by its parts.
    private var words: String? {
        guard message == .stateDestructor, let name, let text else { return text }
        return "\(name)_dtor: freeing \(text)"
    }
}

extension Event {
    /// The name that the kernel prints for the object of the kernel itself (klp_object.name is NULL).
    public static let vmlinux = "vmlinux"
}

extension Event {
    /// What follows the name of a callback that a module parameter makes fail.
    static let forcedError = "_callback: forcing err: "

    /// True if a callback says that it returns an error because it was told to.
    public var tellsForcedError: Bool { message == .stateOutput && text?.contains(Self.forcedError) == true }
}

extension MessageID {
    /// True if the line's words are its meaning.
    var isFreeText: Bool { self == .stateOutput || self == .stateDestructor || self == .moduleOutput }
}
