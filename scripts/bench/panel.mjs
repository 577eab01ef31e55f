// The part of a desktop's panel that a measurement needs: it lets icons register, and clicks on them.
import dbus from '@homebridge/dbus-native';

const name = 'org.kde.StatusNotifierWatcher';
const description = {
  name,
  methods: { RegisterStatusNotifierItem: ['s', ''], RegisterStatusNotifierHost: ['s', ''] },
  properties: {
    RegisteredStatusNotifierItems: 'as',
    IsStatusNotifierHostRegistered: 'b',
    ProtocolVersion: 'i',
  },
  signals: {},
};

/** Opens a panel on the bus at `address`. */
export async function openPanel(address) {
  const bus = dbus.sessionBus({ busAddress: address });
  let registered = () => {};
  const panel = {
    RegisteredStatusNotifierItems: [],
    IsStatusNotifierHostRegistered: true,
    ProtocolVersion: 0,
    RegisterStatusNotifierItem(item) {
      registered(item);
    },
    RegisterStatusNotifierHost() {},
  };
  bus.exportInterface(panel, '/StatusNotifierWatcher', description);
  await new Promise((done, failed) => bus.requestName(name, 0, (error) => (error ? failed(error) : done())));
  return {
    /** The next icon that registers: the bus name of its app. */
    nextIcon: () => new Promise((done) => (registered = done)),
    /** Clicks on the icon of `item`. */
    activate: (item) =>
      bus.invoke(
        {
          destination: item,
          path: '/StatusNotifierItem',
          interface: 'org.kde.StatusNotifierItem',
          member: 'Activate',
          signature: 'ii',
          body: [0, 0],
        },
        () => {},
      ),
    close: () => bus.connection.end(),
  };
}
