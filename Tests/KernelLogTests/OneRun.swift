/// The same six records of one run, in the renderings of util-linux 2.38.1 and of /dev/kmsg.
///
/// Linux 6.1.192 (Debian 12), QEMU: a module that prints awkward messages, then a livepatch. The records between the second
/// and the third are left out, so sequence numbers jump once.
enum OneRun {
    /// What every rendering says.
    static let messages = [
        "klp_x_printk: embedded newline first\nsecond line of same record\nthird",
        "klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'",
        "livepatch: enabling patch 'klp_x_a'",
        "livepatch: 'klp_x_a': initializing patching transition",
        "klp_x_a: pre_patch: vmlinux",
        "livepatch: 'klp_x_a': starting patching transition",
    ]

    /// The levels, where a rendering has them.
    static let levels: [UInt8] = [6, 6, 5, 7, 6, 5]

    /// Microseconds since boot, where a rendering has them.
    static let stamps: [Int64] = [30_460_931, 30_466_149, 36_880_330, 36_880_648, 36_880_794, 36_947_074]

    /// `dmesg --ctime`
    static let ctime = #"""
        [Sat Nov 21 03:27:10 2026] klp_x_printk: embedded newline first
                                   second line of same record
                                   third
        [Sat Nov 21 03:27:10 2026] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        [Sat Nov 21 03:27:16 2026] livepatch: enabling patch 'klp_x_a'
        [Sat Nov 21 03:27:16 2026] livepatch: 'klp_x_a': initializing patching transition
        [Sat Nov 21 03:27:16 2026] klp_x_a: pre_patch: vmlinux
        [Sat Nov 21 03:27:16 2026] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --decode --ctime`
    static let decodedCtime = #"""
        kern  :info  : [Sat Nov 21 03:27:10 2026] klp_x_printk: embedded newline first
                                                  second line of same record
                                                  third
        kern  :info  : [Sat Nov 21 03:27:10 2026] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        kern  :notice: [Sat Nov 21 03:27:16 2026] livepatch: enabling patch 'klp_x_a'
        kern  :debug : [Sat Nov 21 03:27:16 2026] livepatch: 'klp_x_a': initializing patching transition
        kern  :info  : [Sat Nov 21 03:27:16 2026] klp_x_a: pre_patch: vmlinux
        kern  :notice: [Sat Nov 21 03:27:16 2026] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --decode`
    static let decoded = #"""
        kern  :info  : [   30.460931] klp_x_printk: embedded newline first
                                      second line of same record
                                      third
        kern  :info  : [   30.466149] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        kern  :notice: [   36.880330] livepatch: enabling patch 'klp_x_a'
        kern  :debug : [   36.880648] livepatch: 'klp_x_a': initializing patching transition
        kern  :info  : [   36.880794] klp_x_a: pre_patch: vmlinux
        kern  :notice: [   36.947074] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg`
    static let plain = #"""
        [   30.460931] klp_x_printk: embedded newline first
                       second line of same record
                       third
        [   30.466149] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        [   36.880330] livepatch: enabling patch 'klp_x_a'
        [   36.880648] livepatch: 'klp_x_a': initializing patching transition
        [   36.880794] klp_x_a: pre_patch: vmlinux
        [   36.947074] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --time-format iso`
    static let iso = #"""
        2026-11-21T03:27:10,460931+00:00 klp_x_printk: embedded newline first
                                         second line of same record
                                         third
        2026-11-21T03:27:10,466149+00:00 klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        2026-11-21T03:27:16,880330+00:00 livepatch: enabling patch 'klp_x_a'
        2026-11-21T03:27:16,880648+00:00 livepatch: 'klp_x_a': initializing patching transition
        2026-11-21T03:27:16,880794+00:00 klp_x_a: pre_patch: vmlinux
        2026-11-21T03:27:16,947074+00:00 livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --show-delta`
    static let delta = #"""
        [   30.460931 <    0.000409>] klp_x_printk: embedded newline first
                                      second line of same record
                                      third
        [   30.466149 <    0.002796>] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        [   36.880330 <    0.555816>] livepatch: enabling patch 'klp_x_a'
        [   36.880648 <    0.000318>] livepatch: 'klp_x_a': initializing patching transition
        [   36.880794 <    0.000146>] klp_x_a: pre_patch: vmlinux
        [   36.947074 <    0.066280>] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --reltime`
    static let reltime = #"""
        [  +0.000409] klp_x_printk: embedded newline first
                      second line of same record
                      third
        [  +0.002796] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        [  +0.555816] livepatch: enabling patch 'klp_x_a'
        [  +0.000318] livepatch: 'klp_x_a': initializing patching transition
        [  +0.000146] klp_x_a: pre_patch: vmlinux
        [  +0.066280] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --raw`
    static let raw = #"""
        <6>[   30.460931] klp_x_printk: embedded newline first
                          second line of same record
                          third
        <6>[   30.466149] klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        <5>[   36.880330] livepatch: enabling patch 'klp_x_a'
        <7>[   36.880648] livepatch: 'klp_x_a': initializing patching transition
        <6>[   36.880794] klp_x_a: pre_patch: vmlinux
        <5>[   36.947074] livepatch: 'klp_x_a': starting patching transition
        """#

    /// `cat /dev/kmsg`
    static let kmsg = #"""
        6,451,30460931,-;klp_x_printk: embedded newline first\x0asecond line of same record\x0athird
        6,453,30466149,-;klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'
        5,629,36880330,-;livepatch: enabling patch 'klp_x_a'
        7,630,36880648,-;livepatch: 'klp_x_a': initializing patching transition
        6,631,36880794,-;klp_x_a: pre_patch: vmlinux
        5,632,36947074,-;livepatch: 'klp_x_a': starting patching transition
        """#

    /// `dmesg --json`
    static let json = #"""
        {
           "dmesg": [
              {
                 "pri": 6,
                 "time":    30.460931,
                 "msg": "klp_x_printk: embedded newline first\nsecond line of same record\nthird"
              },{
                 "pri": 6,
                 "time":    30.466149,
                 "msg": "klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'"
              },{
                 "pri": 5,
                 "time":    36.880330,
                 "msg": "livepatch: enabling patch 'klp_x_a'"
              },{
                 "pri": 7,
                 "time":    36.880648,
                 "msg": "livepatch: 'klp_x_a': initializing patching transition"
              },{
                 "pri": 6,
                 "time":    36.880794,
                 "msg": "klp_x_a: pre_patch: vmlinux"
              },{
                 "pri": 5,
                 "time":    36.947074,
                 "msg": "livepatch: 'klp_x_a': starting patching transition"
              }
           ]
        }
        """#
}
